//! Whether two samples of times can be told apart.

use std::time::Duration;

/// In milliseconds, of sorted times.
pub(crate) fn median(sorted: &[Duration]) -> f64 {
    let middle = sorted.get(sorted.len() / 2);
    middle.map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// The two-sided p of the Mann-Whitney U test, by the normal approximation: the chance that two samples of one
/// distribution lie as far apart as these. Ties, which times in nanoseconds hardly have, count by their order.
pub(crate) fn mann_whitney(a: &[Duration], b: &[Duration]) -> f64 {
    let mut all: Vec<_> = a.iter().map(|time| (*time, true)).collect();
    all.extend(b.iter().map(|time| (*time, false)));
    all.sort_unstable();
    let ranks = (1..).zip(&all).filter(|(_, (_, first))| *first);
    let sum: f64 = ranks.map(|(rank, _)| f64::from(rank)).sum();
    let (n, m) = (a.len() as f64, b.len() as f64);
    let u = sum - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    complementary_error(z.abs() / std::f64::consts::SQRT_2)
}

/// erfc for x ≥ 0, within 1.5e-7 (Abramowitz and Stegun 7.1.26).
fn complementary_error(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let coefficients = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let sum = coefficients.iter().fold(0.0, |sum, one| (sum + one) * t);
    sum * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(of: impl Iterator<Item = u64>) -> Vec<Duration> {
        of.map(Duration::from_nanos).collect()
    }

    #[test]
    fn what_differs_is_told_from_what_does_not() {
        let even = times((0..1_000).map(|one| 2 * one));
        let odd = times((0..1_000).map(|one| 2 * one + 1));
        assert!(mann_whitney(&even, &odd) > 0.5);
        let later = times((0..1_000).map(|one| 2 * one + 201));
        assert!(mann_whitney(&even, &later) < 0.01);
        // erfc(1), to seven digits.
        assert!((complementary_error(1.0) - 0.157_299_2).abs() < 1e-6);
    }
}
