use super::{FILES, Language, Table};
use crate::paragraphs::paragraphs;
use crate::sentences::Splitter;
use docmill_sdk::Span;

/// Splits the texts that the marked ones stand for, in which ` | ` is the border of two sentences and `|`
/// one without white space, by the rules of the language of `tag`; `¦` stands for a bar of the text.
fn check(tag: &str, cases: &[&str]) {
    let language = Language::find(tag).unwrap();
    for marked in cases {
        let text = marked.replace(" | ", " ").replace('|', "").replace('¦', "|");
        let (mut blocks, mut found): (Vec<Span>, Vec<Span>) = (Vec::new(), Vec::new());
        paragraphs(&text, 0, &mut blocks);
        Splitter::default().sentences_in(language, &text, &blocks, &mut found);
        let drawn: Vec<_> = found.iter().map(|span| span.of(&text).replace('|', "¦")).collect();
        let expected: Vec<_> = marked.split('|').map(str::trim).collect();
        assert_eq!(drawn, expected, "in {tag}");
    }
}

#[test]
fn tags_are_found_by_their_primary_subtag() {
    for (tag, found) in [
        ("de", Some("de")),
        ("de-AT", Some("de")),
        ("PT_br", None),
        ("ZH-Hant-TW", Some("zh")),
        (" en ", Some("en")),
        ("", None),
        ("deu", None),
    ] {
        assert_eq!(Language::find(tag).map(Language::tag), found, "{tag:?}");
    }
    assert_eq!(Language::english().tag(), "en");
    assert!(Language::tags().is_sorted());
}

/// A word that no stop can stand after as the rules read it would lie in a table in vain.
#[test]
fn tables_hold_only_what_can_be_met() {
    for (tag, file) in FILES {
        let table: Table = toml::from_str(file).unwrap_or_else(|error| panic!("{tag}: {error}"));
        let classes = [&table.never, &table.numbers, &table.inside];
        for word in classes.into_iter().flatten().chain(&table.ordinary).chain(&table.ordinals) {
            assert_eq!(*word, word.to_lowercase(), "{tag}");
            assert!(word.len() <= super::LONGEST_WORD && !word.ends_with('.'), "{tag}: {word}");
            assert!(word.chars().all(|c| crate::chars::is_word(c) || "./°".contains(c)), "{tag}: {word}");
            let lists = classes.iter().filter(|words| words.contains(word)).count();
            assert!(lists <= 1, "{tag}: {word} is in {lists} lists");
        }
        assert!(table.quotes.iter().all(|pair| pair.chars().count() == 2), "{tag}");
        assert!(table.stops.iter().all(|stop| !stop.is_empty()), "{tag}");
    }
}

#[test]
fn amharic() {
    check("am", &["ዝናብ ዘነበ።|መንገዱ ተዘጋ።", "ዝናብ ዘነበ፡፡ | መንገዱ ተዘጋ፡፡", "ማን መጣ? | አበበ መጣ።"]);
}

#[test]
fn bulgarian() {
    check(
        "bg",
        &[
            "Проф. Иванов живее на ул. Раковски. | Той е на 70 г. | Не пуши.",
            "През 1878 г. София беше малък град. | Днес е столица.",
            "Купи хляб, мляко и др. | После се прибра.",
        ],
    );
}

#[test]
fn danish() {
    check(
        "da",
        &[
            "Hr. Madsen bor på Skt. Annæ Plads. | Han er glad.",
            "Vi solgte æbler, pærer osv. | Det gik godt.",
            "Se f.eks. Ribe eller evt. Odense.",
            "Hun rejste til U.S.A. | Hvornår kommer hun hjem?",
        ],
    );
}

#[test]
fn german() {
    check(
        "de",
        &[
            "Am 3. Oktober ist Feiertag. | Am 4. wird gearbeitet.",
            "Er kam am 24. 12. 1990 zur Welt. | Es schneite.",
            "Das 19. Jahrhundert endete. | Ludwig XIV. Frankreichs König war tot.",
            "Wir kaufen z. B. Äpfel, d. h. Obst. | Dr. Weber zahlt ca. 5 Euro.",
            "»Es regnet.« | Er blieb. | „Gut.“ | Sie ging.",
            "Sie handelt mit Tee, Kaffee usw. | Die Firma wächst.",
        ],
    );
}

#[test]
fn greek() {
    check(
        "el",
        &[
            "Ο κ. Παππάς έφυγε. | Πού πήγε; | Στην Πάτρα.",
            "Πουλάμε π.χ. Ρόδια, σύκα κ.λπ. στην αγορά.",
            "Δείτε τη σελ. 12 του βιβλίου. | Είναι εκεί.",
        ],
    );
}

#[test]
fn english() {
    check("en", &["Prof. Lee saw No. 5. | It was late.", "They met on 5. | June was warm."]);
}

#[test]
fn spanish() {
    check(
        "es",
        &[
            "El Lic. Romero y la Dra. Vega llegaron. | ¿Quién falta?",
            "Vive en la Avda. Colón, núm. 5. | Es tarde.",
            "Ella nunca viajó a EE.UU. | Luego volvió.",
        ],
    );
}

#[test]
fn persian() {
    check("fa", &["باران بارید. | چرا؟ | نمی‌دانم!", "ر.ک. صفحه دوم کتاب. | پایان."]);
}

#[test]
fn french() {
    check(
        "fr",
        &[
            "M. Le Goff et Mme. Petit sont là. | Ils mangent.",
            "Rome, en 44 av. J.-C. César meurt. | Le sénat hésite.",
            "« Il neige. » | Elle sort. | Voir p. 12.",
        ],
    );
}

#[test]
fn hindi() {
    check("hi", &["डॉ. मेहता आए। | वे चले गए।", "पी. वी. राव आए थे। | क्या वे रुके?", "बारिश हुई¦ | सड़क बंद है¦"]);
}

#[test]
fn armenian() {
    check("hy", &["Անձրև է: | Ո՞վ եկավ: | Արամը:", "Պրոֆ. Սարյանը եկավ: | Նա գնաց:"]);
}

#[test]
fn italian() {
    check(
        "it",
        &[
            "La sig.ra Conti e il dott. Riva sono qui. | Chi manca?",
            "Lavora per la Rossi S.p.A. | Il capo è a Roma.",
            "Vedi pag. 12 e fig. 3. | È tutto.",
        ],
    );
}

#[test]
fn japanese() {
    check("ja", &["雨です。|風もある！|「行く。」と言った。", "値は３．５です。|以上。"]);
}

#[test]
fn kazakh() {
    check(
        "kk",
        &[
            "Кім келді? | қайдан? | Ол үндемеді.",
            "Проф. Ахметов келді. | Ол кетті.",
            "«Ана тілі», 2010 жыл. № 12. | Бұл мақала.",
            "Кітап, қалам т.б. заттар бар.",
        ],
    );
}

#[test]
fn marathi() {
    check("mr", &["डॉ. जोशी आले. | ते बसले.", "एस. एम. जोशी बोलले. | पाऊस आला."]);
}

#[test]
fn burmese() {
    check("my", &["မိုးရွာသည်။|လမ်းပိတ်သည်။", "သူ၊ ငါ၊ မင်း။ | သွားမယ်။"]);
}

#[test]
fn dutch() {
    check(
        "nl",
        &[
            "Mevr. Bakker en dhr. Smit kwamen. | Zij bleven.",
            "Het regende. | ...en toen werd het droog.",
            "Koop fruit, bijv. Elstar appels, enz. | Het is op.",
        ],
    );
}

#[test]
fn polish() {
    check(
        "pl",
        &[
            "Prof. Nowak mieszka przy ul. Długiej. | Jest stary.",
            "To słowo łac. i niem. pochodzenia, np. Rynek. | Nie wiem.",
            "Urodził się w 1950 r. | Potem wyjechał.",
        ],
    );
}

#[test]
fn russian() {
    check(
        "ru",
        &[
            "Проф. Петров живёт на ул. Гоголя. | Он болен.",
            "В 1990 г. Москва изменилась. | Это было в 1990 г. | Потом всё стихло.",
            "Купи хлеб, соль и т.д. | Мы ждём.",
            "А. С. Пушкин писал стихи. | С ним был друг.",
            "См. рис. 5 и т. 2. | Там всё есть.",
        ],
    );
}

#[test]
fn slovak() {
    check(
        "sk",
        &[
            "Prišiel 5. Mája 1990 a odišiel 6. 7. 1991. | Potom písal.",
            "Kúpil to napr. Tesco, s. r. o., v Nitre. | Bolo to lacné.",
            "Slúžil v IV. Prápore a XI. Divízii.",
            "„Prší. Ostanem doma,“ povedal Ján. | „Dobre.“ | Odišla.",
        ],
    );
}

#[test]
fn urdu() {
    check("ur", &["ایم۔ اے۔ خان آئے۔ | وہ چلے گئے۔", "بارش ہوئی۔ | کیوں؟ | نہیں معلوم۔"]);
}

#[test]
fn chinese() {
    check("zh", &["下雨了。|路关了！|谁来了？", "我看《走吧！朋友》了。|好。"]);
}
