//! Text written for this project: articles put together from frames and parts of names, and annotated paragraphs.

use std::collections::BTreeMap;
use std::error::Error;

use docmill_entities::label::Label;

use crate::random::Random;
use crate::read::{Annotated, Set};

const NAMES: &str = include_str!("names.txt");
const FRAMES: &str = include_str!("frames.txt");
const PARAGRAPHS: &str = include_str!("paragraphs.txt");
const COUNTRIES: &str = include_str!("../data/countries.txt");
/// Sentences of an article, at least and beyond that.
const SENTENCES: (usize, usize) = (5, 6);

/// Parts of names by what they are, as `first` or `trade`.
type Parts = BTreeMap<&'static str, Vec<&'static str>>;

/// A kind of name: its label and the ways to make one.
struct Kind {
    label: Label,
    ways: Vec<&'static str>,
}

/// What articles are made of.
struct Stock {
    regions: Vec<Parts>,
    words: Parts,
    kinds: BTreeMap<&'static str, Kind>,
    /// Names of countries with their people in singular and plural.
    countries: Vec<[&'static str; 3]>,
    topics: Vec<Vec<&'static str>>,
}

/// A name of an article: in full, and how it is called later.
#[derive(Clone)]
struct Name {
    label: Label,
    full: String,
    short: Option<String>,
    seen: bool,
}

/// The hand-annotated paragraphs, each a document.
pub(crate) fn paragraphs() -> Result<Set, Box<dyn Error>> {
    let documents = PARAGRAPHS
        .split("\n\n")
        .filter(|part| !part.trim().is_empty() && !part.starts_with('#'))
        .map(|part| marked(part.trim()))
        .collect::<Result<_, _>>()?;
    Ok(set("paragraphs", documents, 1.5))
}

/// So many articles, the same ones for the same seed.
pub(crate) fn articles(count: usize, seed: u64) -> Result<Set, Box<dyn Error>> {
    let stock = Stock::read()?;
    let mut random = Random::new(seed);
    let documents = (0..count).map(|_| marked(&stock.article(&mut random)?)).collect::<Result<_, _>>()?;
    Ok(set("articles", documents, 0.3))
}

fn set(name: &str, documents: Vec<Annotated>, weight: f64) -> Set {
    let labels = Label::ALL.into_iter().filter(|label| label.is_name()).collect();
    Set { name: name.to_owned(), documents, labels, weight, own: true }
}

/// Reads `the [ORG Bank of Chad] said` as text with spans.
pub(crate) fn marked(text: &str) -> Result<Annotated, Box<dyn Error>> {
    let mut out = Annotated { text: String::new(), spans: Vec::new() };
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.text.push_str(before);
        let (inner, behind) = after.split_once(']').ok_or_else(|| format!("no `]` behind `{after}`"))?;
        let (label, name) = inner.split_once(' ').ok_or_else(|| format!("no label in `{inner}`"))?;
        let from = out.text.len();
        out.text.push_str(name);
        out.spans.push((from, out.text.len(), label.parse()?));
        rest = behind;
    }
    out.text.push_str(rest);
    Ok(out)
}

impl Stock {
    fn read() -> Result<Self, Box<dyn Error>> {
        let mut stock = Self {
            regions: Vec::new(),
            words: Parts::new(),
            kinds: BTreeMap::new(),
            countries: countries(),
            topics: Vec::new(),
        };
        let mut section = "";
        for line in lines(NAMES) {
            if let Some(name) = heading(line) {
                section = name.split(' ').next().unwrap_or_default();
                if section == "region" {
                    stock.regions.push(Parts::new());
                }
                continue;
            }
            let (key, value) = line.split_once(": ").ok_or_else(|| format!("no `: ` in `{line}`"))?;
            if section == "kind" {
                let (kind, label) = key.split_once(' ').ok_or_else(|| format!("no label in `{key}`"))?;
                let ways = value.split(" | ").map(str::trim).collect();
                stock.kinds.insert(kind, Kind { label: label.parse()?, ways });
                continue;
            }
            let parts = if section == "region" { stock.regions.last_mut() } else { Some(&mut stock.words) };
            let parts = parts.ok_or("a part of names without a region")?;
            for (half, list) in value.split(" | ").enumerate() {
                let key = if key == "place" { ["place-one", "place-two"][half.min(1)] } else { key };
                parts.insert(key, list.split(", ").collect());
            }
        }
        for line in lines(FRAMES) {
            match heading(line) {
                Some(_) => stock.topics.push(Vec::new()),
                None => stock.topics.last_mut().ok_or("a frame without a topic")?.push(line),
            }
        }
        Ok(stock)
    }

    /// An article with marks.
    fn article(&self, random: &mut Random) -> Result<String, Box<dyn Error>> {
        let topic = pick(&self.topics, random);
        let home = pick(&self.regions, random);
        let mut frames: Vec<&str> = topic.clone();
        random.shuffle(&mut frames);
        frames.truncate(SENTENCES.0 + random.below(SENTENCES.1));
        // What begins with a place line begins the article.
        frames.sort_by_key(|frame| !frame.starts_with("{PLACE}"));
        let place_line = |at: usize, frame: &&str| at == 0 || !frame.starts_with("{PLACE}");
        let frames = frames.iter().enumerate().filter(|(at, frame)| place_line(*at, frame));
        let mut article = Article { stock: self, home, cast: BTreeMap::new(), out: String::new() };
        for (at, frame) in frames {
            if at > 0 {
                article.out.push_str(if random.below(2) == 0 { "\n\n" } else { " " });
            }
            article.fill(frame, random)?;
        }
        Ok(article.out)
    }

    /// A name for a slot such as `person2`.
    fn name(&self, slot: &str, parts: &Parts, random: &mut Random) -> Result<Name, Box<dyn Error>> {
        let kind = slot.trim_end_matches(|c: char| c.is_ascii_digit());
        let country = pick(&self.countries, random);
        let plain = |label, full: &str| Name { label, full: full.to_owned(), short: None, seen: false };
        match kind {
            "country" => return Ok(plain(Label::Loc, country[0])),
            "norp" => return Ok(plain(Label::Norp, country[1])),
            "norps" => return Ok(plain(Label::Norp, country[2])),
            _ => {}
        }
        let found = self.kinds.get(kind).ok_or_else(|| format!("no kind `{kind}`"))?;
        if kind == "person" {
            let (first, last) = (self.part("first", parts, random)?, self.part("last", parts, random)?);
            let middle = ["", "", "", "", " A", " M.", " J."][random.below(7)];
            let full = if parts.contains_key("order") {
                format!("{last} {first}")
            } else {
                format!("{first}{middle} {last}")
            };
            return Ok(Name { short: Some(last), ..plain(found.label, &full) });
        }
        let full = self.make(pick::<&str>(&found.ways, random), parts, random)?;
        Ok(plain(found.label, &full))
    }

    /// Fills the parts of a way to make a name.
    fn make(&self, way: &str, parts: &Parts, random: &mut Random) -> Result<String, Box<dyn Error>> {
        let mut out = String::new();
        let mut rest = way;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (part, behind) = after.split_once('}').ok_or_else(|| format!("no `}}` in `{way}`"))?;
            out.push_str(&self.part(part, parts, random)?);
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn part(&self, part: &str, parts: &Parts, random: &mut Random) -> Result<String, Box<dyn Error>> {
        if part == "place" {
            let (one, two) = (self.part("place-one", parts, random)?, self.part("place-two", parts, random)?);
            return Ok(two
                .strip_prefix('-')
                .map_or_else(|| format!("{one}{two}"), |two| format!("{one}{two}")));
        }
        if let Some(kind) = self.kinds.get(part).filter(|_| part == "people") {
            return self.make(pick::<&str>(&kind.ways, random), parts, random);
        }
        let list = parts.get(part).or_else(|| self.words.get(part));
        let list = list.ok_or_else(|| format!("no part `{part}`"))?;
        Ok(pick::<&str>(list, random).to_string())
    }
}

/// An article as it grows.
struct Article<'a> {
    stock: &'a Stock,
    home: &'a Parts,
    cast: BTreeMap<&'static str, Name>,
    out: String,
}

impl Article<'_> {
    /// Writes a frame with its slots filled.
    fn fill(&mut self, frame: &'static str, random: &mut Random) -> Result<(), Box<dyn Error>> {
        let mut rest = frame;
        while let Some((before, after)) = rest.split_once('{') {
            self.out.push_str(before);
            let (slot, behind) = after.split_once('}').ok_or_else(|| format!("no `}}` in `{frame}`"))?;
            rest = behind;
            if slot == "PLACE" {
                let place = self.stock.make("{place}", self.home, random)?;
                self.out.push_str(&format!("[LOC {}]", place.to_uppercase()));
                continue;
            }
            let name = slot.trim_end_matches('+');
            if !self.cast.contains_key(name) {
                let foreign = random.below(6) == 0;
                let parts = if foreign { pick(&self.stock.regions, random) } else { self.home };
                self.cast.insert(name, self.stock.name(name, parts, random)?);
            }
            self.write(name, slot.ends_with('+'), random);
        }
        self.out.push_str(rest);
        Ok(())
    }

    /// Writes a name of the cast, and its abbreviation behind it where it is introduced.
    fn write(&mut self, slot: &str, introduced: bool, random: &mut Random) {
        let Some(name) = self.cast.get_mut(slot) else { return };
        let short = name.short.as_ref().filter(|_| name.seen && random.below(10) < 7);
        self.out.push_str(&format!("[{} {}]", name.label, short.unwrap_or(&name.full)));
        if introduced
            && !name.seen
            && let Some(letters) = initials(&name.full)
        {
            self.out.push_str(&format!(" ([{} {letters}])", name.label));
            name.short = Some(letters);
        }
        name.seen = true;
    }
}

/// `Centre for Clean Water` gives `CCW`; nothing for less than two capitals.
fn initials(name: &str) -> Option<String> {
    let letters: String =
        name.split([' ', '-']).filter_map(|word| word.chars().next()).filter(|c| c.is_uppercase()).collect();
    (letters.chars().count() > 1).then_some(letters)
}

fn pick<'a, T>(list: &'a [T], random: &mut Random) -> &'a T {
    &list[random.below(list.len())]
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn heading(line: &'static str) -> Option<&'static str> {
    line.strip_prefix('[')?.strip_suffix(']')
}

/// `Name = Alias | Demonym = Plural, …`: the first of each.
fn countries() -> Vec<[&'static str; 3]> {
    let rows = lines(COUNTRIES).filter_map(|line| {
        let (names, peoples) = line.split_once('|')?;
        let first = |list: &'static str| list.split(['=', ',']).next().unwrap_or_default().trim();
        let mut people = peoples.split(',').next()?.split('=').map(str::trim);
        let one = people.next().filter(|one| !one.is_empty())?;
        Some([first(names), one, people.next().unwrap_or(one)])
    });
    rows.collect()
}
