//! The few statistics that the measurements need.

/// The middle of the values, or the mean of the two in the middle; none if there are no values.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = values.get(half)?;
    match half.checked_sub(1).and_then(|lower| values.get(lower)) {
        Some(lower) if values.len().is_multiple_of(2) => Some((lower + upper) / 2.0),
        _ => Some(*upper),
    }
}

/// A figure with as many decimals as mean something.
pub(crate) fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

/// The median, with so many decimals.
pub(crate) fn median_of(values: impl Iterator<Item = f64>, decimals: i32) -> Option<f64> {
    median(values.collect()).map(|value| rounded(value, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_does_not_mind_an_outlier() {
        assert_eq!(median(vec![5.0, 900.0, 4.0]), Some(5.0));
        assert_eq!(median(vec![7.0]), Some(7.0));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(median(vec![1.0, 900.0, 4.0, 2.0]), Some(3.0));
        assert_eq!(median(vec![]), None);
    }

    #[test]
    fn figures_are_rounded_to_what_means_something() {
        assert_eq!(median_of([4.4444, 4.4454].into_iter(), 2), Some(4.44));
        assert_eq!(rounded(1.25, 1), 1.3);
    }
}
