//! How often a name is right, by its label and by how far that leads; written by `train/calibrate.py`.

/// Percent for each label in the order of [`NAMES`](super::NAMES), for leads of 0 to 20 points and more.
pub(super) const RIGHT: [[u8; 21]; 7] = [
    // PERSON: 1063 names of gmb-66k.
    [24, 36, 51, 61, 61, 61, 78, 85, 85, 87, 87, 87, 87, 87, 87, 87, 87, 87, 87, 87, 87],
    // ORG: 939 names of gmb-66k.
    [10, 19, 20, 32, 35, 35, 45, 66, 66, 66, 66, 75, 84, 84, 84, 89, 89, 89, 89, 90, 90],
    // LOC: 2622 names of gmb-66k.
    [16, 24, 60, 60, 66, 66, 66, 66, 75, 78, 78, 78, 90, 90, 90, 92, 92, 92, 92, 92, 92],
    // FAC: no set that may be learned from annotates it.
    [30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    // NORP: 1279 names of gmb-66k.
    [16, 38, 38, 66, 66, 66, 79, 79, 79, 79, 79, 79, 83, 83, 83, 90, 90, 90, 90, 90, 90],
    // PRODUCT: no set that may be learned from annotates it.
    [40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40],
    // MISC: 224 names of gmb-66k, wikigold.
    [20, 27, 30, 30, 30, 30, 48, 48, 48, 52, 52, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90],
];
