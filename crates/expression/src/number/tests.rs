use super::*;
use Number::{Real, Whole};
use proptest::prelude::*;

#[test]
fn whole_and_real_numbers_compare_exactly() {
    let big = (1_i128 << 53) + 1;
    for (one, other, wanted) in [
        (Whole(1), Real(1.0), Ordering::Equal),
        (Whole(0), Real(-0.0), Ordering::Equal),
        (Whole(1), Real(1.5), Ordering::Less),
        (Whole(-1), Real(-1.5), Ordering::Greater),
        (Whole(-1), Real(-0.5), Ordering::Less),
        (Whole(big), Real(9_007_199_254_740_992.0), Ordering::Greater),
        (Whole(i128::from(u64::MAX)), Whole(i128::from(u64::MAX) - 1), Ordering::Greater),
        (Whole(i128::from(u64::MAX)), Real(18_446_744_073_709_551_616.0), Ordering::Less),
        (Whole(i128::MAX), Real(ABOVE), Ordering::Less),
        (Whole(i128::MIN), Real(-ABOVE), Ordering::Equal),
        (Whole(i128::MAX), Real(f64::MAX), Ordering::Less),
        (Whole(i128::MIN), Real(f64::MIN), Ordering::Greater),
    ] {
        assert_eq!(one.compare(other), wanted, "{one:?} {other:?}");
        assert_eq!(other.compare(one), wanted.reverse(), "{other:?} {one:?}");
    }
}

#[test]
fn what_is_not_finite_is_no_number() {
    assert!(Whole(1).over(Whole(0)).is_none());
    assert!(Whole(0).over(Whole(0)).is_none());
    assert!(Real(f64::MAX).plus(Real(f64::MAX)).is_none());
    assert!(Real(f64::MAX).times(Real(-2.0)).is_none());
    assert!(Number::real(f64::NAN).is_none());
}

#[test]
fn what_leaves_128_bits_goes_on_as_a_real_number() {
    for number in
        [Whole(i128::MAX).plus(Whole(1)), Whole(i128::MIN).minus(Whole(1)), Some(Whole(i128::MIN).negated())]
    {
        assert!(matches!(number, Some(Real(real)) if real.abs() == ABOVE), "{number:?}");
    }
    assert_eq!(Whole(i128::MIN).abs(), Real(ABOVE));
}

proptest! {
    #[test]
    fn the_order_is_one(a in number(), b in number(), c in number()) {
        prop_assert_eq!(a.compare(b), b.compare(a).reverse());
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
    }

    #[test]
    fn sums_of_u64_are_exact(a: u64, b: u64) {
        let sum = Whole(a.into()).plus(Whole(b.into()));
        prop_assert_eq!(sum.and_then(|s| s.minus(Whole(b.into()))), Some(Whole(a.into())));
    }
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i128>().prop_map(Whole),
        any::<i64>().prop_map(|n| Whole(n.into())),
        (-3_i128..3).prop_map(Whole),
        any::<i64>().prop_map(|n| Real(n as f64)),
        (-6_i32..6).prop_map(|n| Real(f64::from(n) / 2.0)),
        any::<f64>().prop_filter_map("finite", Number::real),
    ]
}
