//! How often a name is right, by its label and by how far that leads; written by `train/calibrate.py`.

/// Percent for each label in the order of [`NAMES`](super::NAMES), for leads of 0 to 20 points and more.
pub(super) const RIGHT: [[u8; 21]; 7] = [
    // PERSON: 1063 names of gmb-66k.
    [24, 36, 51, 61, 61, 61, 78, 85, 85, 87, 87, 87, 87, 87, 87, 87, 87, 87, 87, 87, 87],
    // ORG: 823 names of gmb-66k.
    [11, 20, 24, 36, 36, 51, 73, 73, 73, 73, 75, 82, 86, 86, 90, 90, 90, 90, 90, 90, 90],
    // LOC: 2544 names of gmb-66k.
    [20, 28, 70, 70, 72, 78, 78, 78, 78, 79, 79, 79, 90, 90, 90, 92, 92, 92, 92, 92, 92],
    // FAC: no set that may be learned from annotates it.
    [30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    // NORP: 1223 names of gmb-66k.
    [20, 38, 38, 66, 66, 66, 81, 81, 81, 81, 81, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90],
    // PRODUCT: no set that may be learned from annotates it.
    [40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40],
    // MISC: 186 names of gmb-66k, wikigold.
    [20, 27, 30, 30, 30, 30, 59, 59, 59, 59, 59, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90],
];
