//! The `Retry-After` header.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// Longer waits are treated as this one; they are beyond every timeout anyway.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// The longest wait that the headers ask for: seconds (also with a fraction) or an HTTP date.
///
/// A date in the past is no wait. Text that is neither is passed over.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    headers.get_all("retry-after").iter().filter_map(|value| parse(value.to_str().ok()?, now)).max()
}

/// The wait that one header with this text asks for.
pub(in crate::dataverse) fn wait_in(text: &str) -> Option<Duration> {
    parse(text, SystemTime::now())
}

fn parse(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        let seconds = if seconds.is_nan() { return None } else { seconds.clamp(0.0, LONGEST.as_secs_f64()) };
        return Some(Duration::from_secs_f64(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let now = httpdate::parse_http_date("Fri, 01 Jan 2021 00:00:00 GMT").unwrap();
        let cases = [
            ("7", Some(7_000)),
            (" 7 ", Some(7_000)),
            ("0", Some(0)),
            ("120.5", Some(120_500)),
            ("-3", Some(0)),
            ("Fri, 01 Jan 2021 00:00:10 GMT", Some(10_000)),
            ("Thu, 31 Dec 2020 23:59:00 GMT", Some(0)),
            ("99999999999", Some(86_400_000)),
            ("soon", None),
            ("NaN", None),
            ("", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(parse(text, now), wanted.map(Duration::from_millis), "{text}");
        }
    }

    #[test]
    fn of_two_headers_the_longer_wait_counts() {
        let mut headers = HeaderMap::new();
        headers.append("retry-after", "2".parse().unwrap());
        headers.append("retry-after", "9".parse().unwrap());
        assert_eq!(retry_after(&headers, SystemTime::now()), Some(Duration::from_secs(9)));
    }
}
