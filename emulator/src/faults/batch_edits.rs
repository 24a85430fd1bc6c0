//! What is left of the answer to a batch.

use crate::wire::Answer;

/// The boundary lines of an answer to a batch: where each begins and where the text behind it begins. Nothing when
/// the answer is no multipart one.
fn marks(answer: &Answer) -> Option<Vec<(usize, usize)>> {
    let (_, kind) = answer.headers.iter().find(|(name, _)| name == "Content-Type")?;
    let mark = format!("--{}", kind.strip_prefix("multipart/mixed; boundary=")?);
    let mut found = Vec::new();
    let mut at = 0;
    for line in answer.body.split_inclusive('\n') {
        if line.starts_with(&mark) {
            found.push((at, at + line.len()));
        }
        at += line.len();
    }
    Some(found)
}

/// Ends the answer after so many parts, without its end mark.
pub(crate) fn cut(mut answer: Answer, keep: usize) -> Answer {
    if let Some(end) = marks(&answer).and_then(|marks| marks.get(keep).copied()) {
        answer.body.truncate(end.0);
    }
    answer
}

/// Takes a part (from 1) out of the answer.
pub(crate) fn gap(mut answer: Answer, part: usize) -> Answer {
    if let Some(marks) = marks(&answer)
        && let (Some((start, _)), Some((end, _))) = (marks.get(part.saturating_sub(1)), marks.get(part))
    {
        answer.body.replace_range(start..end, "");
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::{cut, gap};
    use crate::wire::Answer;

    fn answer() -> Answer {
        let plain = Answer {
            status: 200,
            headers: Vec::new(),
            body: "--b\r\none\r\n--b\r\ntwo\r\n--b--\r\n".to_owned(),
        };
        plain.with("Content-Type", "multipart/mixed; boundary=b")
    }

    #[test]
    fn parts_are_cut_off_or_taken_out() {
        assert_eq!(cut(answer(), 1).body, "--b\r\none\r\n");
        assert_eq!(cut(answer(), 2).body, "--b\r\none\r\n--b\r\ntwo\r\n");
        assert_eq!(cut(answer(), 9).body, answer().body);
        assert_eq!(gap(answer(), 1).body, "--b\r\ntwo\r\n--b--\r\n");
        assert_eq!(gap(answer(), 3).body, answer().body);
    }
}
