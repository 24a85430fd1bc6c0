//! Runs the body of a fuzz target without a fuzzer: over its corpus, and over what a fixed series of changes makes of it.

use std::path::Path;

/// How many changed inputs follow those of the corpus.
const CHANGED: usize = 4_000;
/// The longest input, in bytes.
const LONGEST: usize = 4_096;
/// Bytes that mean something to one of the readers.
const TELLING: &[u8] = b"\0\xff\xc0\xc1\xd4\xc7\xdf\xdd\xdb\xc6\x92'\"%{}[]<>&;=/\\-:\r\n ,.e0";

/// Calls `target` with each file of the corpus of that name, and with [`CHANGED`] variations.
///
/// # Panics
/// When `target` does, or there is no corpus.
pub(crate) fn corpus(name: &str, target: impl Fn(&[u8])) {
    // The crates that have targets lie at different depths of the workspace.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.ancestors().map(|dir| dir.join("acceptance-tests/fuzz/corpus").join(name));
    let folder = folder.into_iter().find(|folder| folder.is_dir()).expect("a corpus");
    let mut inputs: Vec<(std::path::PathBuf, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("the corpus can be listed")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.clone(), std::fs::read(path).expect("an input")))
        .collect();
    assert!(inputs.len() >= 3, "a corpus has some inputs");
    inputs.sort();
    for (_, input) in &inputs {
        target(input);
    }
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for _ in 0..CHANGED {
        let mut input = inputs[chance.below(inputs.len())].1.clone();
        for _ in 0..=chance.below(4) {
            change(&mut input, &inputs[chance.below(inputs.len())].1, &mut chance);
        }
        input.truncate(LONGEST);
        target(&input);
    }
}

/// Changes `input` a little, perhaps with a part of `other`.
fn change(input: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    let at = chance.below(input.len() + 1);
    let end = (at + chance.below(16)).min(input.len());
    match chance.below(6) {
        0 => input.insert(at, TELLING[chance.below(TELLING.len())]),
        1 if at < input.len() => input[at] ^= 1 << chance.below(8),
        2 if at < input.len() => input[at] = TELLING[chance.below(TELLING.len())],
        3 => drop(input.drain(at..end)),
        4 => {
            let again = input[at..end].repeat(1 + chance.below(8));
            input.splice(at..at, again);
        }
        _ => {
            let from = chance.below(other.len() + 1);
            let to = (from + chance.below(64)).min(other.len());
            input.splice(at..end, other[from..to].iter().copied());
        }
    }
}

/// Numbers that look random and are the same in each run (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (most.max(1) as u64)).unwrap_or_default()
    }
}
