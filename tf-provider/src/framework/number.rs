//! Numbers of any size, kept as they came.

/// A decimal number. Terraform's numbers have more digits than any machine type, so the text is kept wherever a machine
/// type would lose some; an echo is then always exact.
#[derive(Clone, Debug)]
pub enum Number {
    /// An integer of 64 bits.
    Integer(i64),
    /// A number that came as a binary float.
    Float(f64),
    /// Anything else, as decimal text.
    Decimal(String),
}

impl Number {
    /// A number from decimal text such as `0.1`, `-3` or `1e300`.
    ///
    /// Returns nothing when the text is no number (`NaN`, infinities and words are none).
    pub fn parse(text: &str) -> Option<Number> {
        if let Ok(integer) = text.parse::<i64>() {
            return Some(Number::Integer(integer));
        }
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let plain = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
        let starts = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        (plain && starts && text.parse::<f64>().is_ok()).then(|| Number::Decimal(text.to_owned()))
    }

    /// The number as an integer, if it is one of 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Number::Integer(integer) => Some(*integer),
            other => {
                let (negative, digits, exponent) = other.canonical();
                let zeros = usize::try_from(exponent).ok().filter(|zeros| *zeros < 20)?;
                let sign = if negative { "-" } else { "" };
                format!("{sign}{digits}{}", "0".repeat(zeros)).parse().ok()
            }
        }
    }

    /// The number as text, in the spelling it came in.
    pub fn text(&self) -> String {
        match self {
            Number::Integer(integer) => integer.to_string(),
            Number::Float(float) => format!("{float:?}").trim_end_matches(".0").to_owned(),
            Number::Decimal(text) => text.clone(),
        }
    }

    /// Sign, significant digits without zeros at either end, power of ten: equal numbers have equal parts.
    fn canonical(&self) -> (bool, String, i64) {
        let text = self.text().to_ascii_lowercase();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest.to_owned()),
            None => (false, text.trim_start_matches('+').to_owned()),
        };
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let mut exponent: i64 = exponent.parse().unwrap_or(0);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        exponent = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(0));
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        let significant = digits.trim_end_matches('0');
        exponent = exponent.saturating_add(i64::try_from(digits.len() - significant.len()).unwrap_or(0));
        if significant.is_empty() {
            return (false, "0".into(), 0);
        }
        (negative, significant.to_owned(), exponent)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Number::Integer(a), Number::Integer(b)) => a == b,
            _ => self.canonical() == other.canonical(),
        }
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Number::Integer(integer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_whatever_form_they_came_in() {
        assert_eq!(Number::Integer(5), Number::parse("5.0").unwrap());
        assert_eq!(Number::Float(0.5), Number::parse("0.5").unwrap());
        assert_eq!(Number::parse("1e3").unwrap(), Number::Integer(1000));
        assert_eq!(Number::parse("-0").unwrap(), Number::Integer(0));
        assert_ne!(Number::parse("0.1").unwrap(), Number::parse("0.10000000000000001").unwrap());
    }

    #[test]
    fn text_of_any_length_is_kept() {
        for text in ["18446744073709551615", "1.1234567890123456789", "1e300", "0.1"] {
            assert_eq!(Number::parse(text).unwrap().text(), text);
        }
    }

    #[test]
    fn words_are_no_numbers() {
        for text in ["NaN", "inf", "-Infinity", "", "five", "1x"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn exponents_at_the_end_of_their_range_can_be_compared() {
        for text in ["1.5e-9223372036854775808", "10e9223372036854775807", "0.1e-9223372036854775808"] {
            let number = Number::parse(text).unwrap_or(Number::Integer(0));
            assert_eq!(number, number.clone());
            assert_eq!(number.as_i64(), None);
        }
    }

    #[test]
    fn whole_decimals_read_as_integers() {
        assert_eq!(Number::parse("1e3").unwrap().as_i64(), Some(1000));
        assert_eq!(Number::Float(7.0).as_i64(), Some(7));
        assert_eq!(Number::parse("7.5").unwrap().as_i64(), None);
    }
}
