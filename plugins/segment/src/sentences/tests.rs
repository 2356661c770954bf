use super::{Profile, Splitter, SplitterOptions};
use crate::language::Language;
use crate::paragraphs::paragraphs;

/// Splits the text that the marked one stands for, in which ` | ` is the border of two sentences and `|`
/// one without white space, and draws the borders that were found.
fn check(marked: &str) {
    check_with(&SplitterOptions::default(), marked);
}

fn check_with(options: &SplitterOptions, marked: &str) {
    let text = marked.replace(" | ", " ").replace('|', "");
    let (mut blocks, mut found) = (Vec::new(), Vec::new());
    paragraphs(&text, 0, &mut blocks);
    Splitter::new(options).sentences(&text, &blocks, &mut found);
    let drawn: Vec<_> = found.iter().map(|span| span.of(&text)).collect();
    let expected: Vec<_> = marked.split(['|', '\n']).map(str::trim).filter(|s| !s.is_empty()).collect();
    assert_eq!(drawn, expected, "in {text:?}");
}

#[test]
fn plain_sentences() {
    check("");
    check("No stop at the end");
    check("It rained. | Roads closed! | Who pays? | Nobody knows");
    check("He won in 2024. | In 2025 he lost. | 78 bodies were found.");
    check("One space.\u{a0}|Then more.  | The end.");
    check("It fell by 3.5 per cent. | That was more than 1.2 points.");
}

#[test]
fn titles_never_end_a_sentence() {
    check("Mr. Khan met Dr. A. Shah and Prof. Iqbal. | They spoke.");
    check("Lt. Gen. Asif and Maj.-Gen. Rao flew to Ft. Bragg.");
    check("Sen. Lopez, Rep. Hill and Gov. Reed voted. | Rev. Jones did not.");
    check("St. Louis lost to Mt. Carmel. | They live on Main St. | The house is old.");
    check("It is Khan vs. Malik, i.e. North v. South, e.g. in cricket.");
}

#[test]
fn initials() {
    check("John F. Kennedy and J. R. R. Tolkien never met. | It is a pity.");
    check("The prize went to K. Natwar Singh. | He smiled.");
    check("It was he and I. | Was Harold I. Baker there?");
    check("They chose Plan B. | Khan agreed.");
    check("It was J. A. Hobson who wrote it. | A. E. Housman did not.");
}

#[test]
fn companies_and_suffixes() {
    check("Engro Corp. Chairman Ali left. | He joined Lucky Cement Ltd. | The firm confirmed it.");
    check("Rahim & Co. of Multan sued Acme Inc. in May.");
    check("Sammy Davis Jr. sang. | Martin Luther King Jr. Day is a holiday.");
    check("They sell fruit, nuts, etc. at the market. | It opens early.");
}

#[test]
fn countries_and_acronyms() {
    check("The U.S. President met U.N. officials in the U.K. on Monday.");
    check("He lives in the U.S. | She lives in the E.U. | They write.");
    check("Trade with the U.S. fell. | D.C. Mayor Bowser spoke to the U.S. House.");
    check("She has a Ph.D. in law. | He has none.");
}

#[test]
fn times_and_dates() {
    check("It opens at 8 p.m. Tuesday and closes at 2 a.m. GMT on Sept. 5.");
    check("The train left the city at 7 p.m. | Khan was on it.");
    check("At 4 a.m. Dr. Khan woke. | The shops open at 9 a.m. | They close late.");
    check("It was signed on Jan. 3 and Feb. 28. | Both are public.");
}

#[test]
fn numbers_with_an_abbreviation() {
    check("See No. 5 on p. 12, Art. 6 and Vol. II of the report. | It is long.");
    check("The fine is Rs. 500. | It was Rs.5.5 billion in all.");
    check("“Did he pay?” | “No. | He refused.”");
}

#[test]
fn ellipses() {
    check("We wanted to... well, to win. | We did not.");
    check("They waited ... and waited. | It never came… | The crowd left.");
    check("I … I do not know.");
    check("The rest was cut [...] by the editor. | He was sorry.");
    check("Nobody asked us.... | Everyone knew.");
    check("They tried to flee. | . . . The army stayed.");
    check("The list goes on . . . . | Nobody reads it.");
    check("The rain fell. | ...and the river rose.");
}

#[test]
fn quotations() {
    check("“We are ready,” he said. | “We will go.”");
    check("“We are ready. | We will go,” he said.");
    check("“Stop!” Khan shouted. | “Why?” asked the officer. | He ran.");
    check("\"Stop!\" Khan shouted. | \"It is late.\" | Nobody moved.");
    check("\"Will it rain?\" Mr. Akhtar asked. | \"It may.\"");
    check("‘It is over.’ | They left. | (He stayed.) | She wrote.");
    check("He called it “a mess.” | The minister denied it.");
    check("« Il pleut. » | Il rentre.");
    check("“We won.” — Bilal Khan");
}

#[test]
fn quotations_can_stay_whole() {
    let options = SplitterOptions { keep_quotes: true, ..SplitterOptions::default() };
    check_with(&options, "“We are ready. We will go. Wait!” he said. | “Good.” | They went.");
}

#[test]
fn abbreviations_of_the_user() {
    check("He leads Regd. | Office No. 5.");
    let abbreviations = vec!["Regd.".to_owned(), "MUHAFIZ".to_owned()];
    let options = SplitterOptions { abbreviations, ..SplitterOptions::default() };
    check_with(&options, "He leads Regd. Office No. 5. | A muhafiz. Guard came.");
}

#[test]
fn brackets_and_addresses() {
    check("The lake (It is deep.) is closed. | (It is deep.) | Nobody swims.");
    check("Write to a.b@example.com. | See https://example.org/a.b?c=D.html. | Yahoo! in Sunnyvale agreed.");
    check("It was agreed.[12] | The rest was not.");
}

#[test]
fn forgotten_spaces() {
    check("The deal was signed.|The minister left. | “It is done,” he said.");
    check("Node.js and example.com are names.");
}

#[test]
fn datelines_stay_with_the_first_sentence() {
    check("ISLAMABAD: The envoy left. | He will return.");
    check("TOPEKA, Kan. (AP) — The river rose. | It fell.");
    check("NEW YORK, Sept. 24 — Stocks fell. | Bonds rose.");
    check("WASHINGTON D.C. (Reuters) - The Fed met. | Rates stay.");
}

#[test]
fn lists() {
    check("1. Buy wheat. | 2. Sell rice. | 3. Wait");
    check("1) buy wheat | 2) sell rice");
    check("• wheat | • rice | • maize");
    check("a. wheat | b. rice | c. maize");
    check("IV. The Return");
    check("Results:\nKarachi beat Lahore\nMultan beat Quetta");
}

#[test]
fn wrapped_lines_do_not_end_sentences() {
    check("The court told the\u{b}ministry to answer. | It did.");
    let text = "The court told Mr.\nkhan to go.";
    let (mut blocks, mut found) = (Vec::new(), Vec::new());
    paragraphs(text, 0, &mut blocks);
    Splitter::default().sentences(text, &blocks, &mut found);
    assert_eq!(found.len(), 2, "a line that ends in a stop is a paragraph");
}

#[test]
fn other_scripts() {
    check("今日は雨です。|明日は晴れます！|本当ですか？");
    check("他说：“我来了。|我走了。”|大家都笑了。");
    check("我们读《你好！春天》好吗？|好。");
    check("「行きます。」と述べた。|彼は去った。");
    check("وہ کراچی گئے۔ | کیا وہ واپس آئے؟ | نہیں۔");
    check("बारिश हुई। | सड़कें बंद हैं।");
    check("Երեկ անձրև եկավ: | Այսօր արև է:");
    check("Πού είναι; | Εδώ.");
    check("Шёл дождь. | Дороги закрыты.");
}

/// The cases of `cases/news.txt`. One that is known to fail must do so: else its mark is to go.
#[test]
fn hard_cases() {
    let cases = include_str!("../../cases/news.txt");
    let cases: Vec<_> = cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(cases.len() >= 120);
    let wrong: Vec<_> = cases.into_iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a drawn case, if anything is.
fn wrong(line: &str) -> Option<String> {
    let known = line.starts_with("! ");
    let case = line.trim_start_matches("! ");
    let (tag, drawn) = case.strip_prefix('[').and_then(|rest| rest.split_once("] ")).unwrap_or(("en", case));
    let drawn = drawn.replace("\\n", "\n");
    let text = drawn.replace(" | ", " ").replace('|', "");
    let (mut blocks, mut found) = (Vec::new(), Vec::new());
    paragraphs(&text, 0, &mut blocks);
    let language = Language::find(tag).unwrap_or_else(Language::english);
    Splitter::default().sentences_in(language, &text, &blocks, &mut found);
    let have: Vec<_> = found.iter().map(|span| span.of(&text)).collect();
    let want: Vec<_> = drawn.split('|').map(str::trim).collect();
    ((have == want) == known).then(|| format!("{line}\n  have {have:?}"))
}

#[test]
fn long_sentences_are_cut() {
    let options = SplitterOptions { longest: Some(12), ..SplitterOptions::default() };
    check_with(&options, "The old | bridge fell. | It rained.");
    check_with(&SplitterOptions { longest: Some(4), ..SplitterOptions::default() }, "éé|éé|é. | No.");
    check_with(&SplitterOptions { longest: Some(1), ..SplitterOptions::default() }, "é|a|.");
}

#[test]
fn the_web_needs_no_stops() {
    let options = SplitterOptions { profile: Profile::Web, ..SplitterOptions::default() };
    check_with(&options, "Thanks for the food! | It was great. | I will come back");
    check_with(&options, "thanks | Please call me when you get this");
    check_with(&options, "The bridge at dawn | Photo: R. Achterberg");
    check_with(&options, "I met Mr. Khan at the U.S. embassy in New York.");
}
