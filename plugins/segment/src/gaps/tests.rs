use super::Gaps;
use crate::chunk::is_space;
use crate::features::{Block, Style};
use docmill_sdk::Span;
use proptest::prelude::*;

/// The same by looking at each byte.
fn next(text: &[u8], mut at: usize, to: usize) -> Option<(usize, usize)> {
    loop {
        let gap = (at.max(1)..to.min(text.len().saturating_sub(1))).find(|&gap| opens(text, gap))?;
        let next = (gap + 1..to.max(gap + 1)).find(|&at| !text.get(at).is_some_and(|&b| is_space(b)));
        let next = next.unwrap_or(to.max(gap + 1));
        if gap > at {
            return (next < text.len()).then_some((gap, next));
        }
        at = next;
    }
}

fn opens(text: &[u8], gap: usize) -> bool {
    let goes_on = text[gap - 1].is_ascii_lowercase() || text[gap - 1] == b',';
    let address = text[gap + 1..].starts_with(b"ht") || text[gap + 1..].starts_with(b"ww");
    is_space(text[gap]) && (address || !(goes_on && text[gap + 1].is_ascii_lowercase()))
}

proptest! {
    #[test]
    fn gaps_are_found_across_blocks_and_at_the_ends(
        text in "([a-cA-C1,.]{0,9}[ \n]{1,3}|ht|ww|[a-c]{60,70}){0,40}",
        start in 0..4_usize,
        steps in prop::collection::vec(1..150_usize, 1..8),
    ) {
        let whole = Span::new(&text, start.min(text.len()), text.len()).unwrap();
        let mut gaps = Gaps::new(Block::new(&text, whole, Style::default()));
        let mut at = whole.start();
        for step in steps {
            let to = (at + step).min(text.len());
            loop {
                let found = gaps.next(at, to);
                prop_assert_eq!(found, next(text.as_bytes(), at, to), "from {} to {}", at, to);
                let Some((_, beyond)) = found else { break };
                at = beyond;
            }
            at = to.max(at);
        }
    }
}
