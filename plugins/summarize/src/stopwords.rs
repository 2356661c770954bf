//! The words that carry no topic, and those that end a phrase.

use crate::terms::hash;

/// Function words: they count for nothing.
const FUNCTION: &str = "\
a about above according across after again against ago all almost along already also although always am \
among an and another any anybody anyone anything are aren around as aside at away back be became because \
become been before behind being below beneath between beyond both but by came can cannot come could couldn d \
dear despite did didn do does doesn doing don done down dr due during each either else enough even ever \
every everybody everyone everything far few for from further gave get gets getting give given gives go goes \
going gone got had hadn has hasn have haven having he hence her here hers herself him himself his how \
however i if in indeed instead into is isn it its itself just keep kept let like likely ll made make makes \
making many may me might mine more moreover most mr mrs ms much must mustn my myself near nearly neither \
never nevertheless next no nobody none nor not nothing now of off often on once one only onto or other \
others otherwise our ours ourselves out over own per perhaps prof put quite rather re really s same see seem \
seemed seems seen several shall she should shouldn since so some somebody someone something soon still such \
t take taken takes than that the their theirs them themselves then there therefore these they this those \
though through throughout thus to together too took toward towards two under unless until up upon us use \
used ve very via was wasn way we well went were weren what whatever when whenever where whereas whether \
which while who whoever whole whom whose why will with within without won would wouldn yes yet you your \
yours yourself yourselves three four five six seven eight nine ten first second third last";

/// Words with a topic that still end a phrase: verbs of the news, dates, units, empty nouns and adjectives.
const BREAKING: &str = "\
accept accepted accuses added adds alleges admitted agreed announced appeared argued ask asked asks became \
began begin begins believe believed believes bought bring brought build built call called calls carried \
carry caused caught claimed claims closed confirmed continue continued cost costs cut decided declared \
declined denied described died drew drove expect expected expects explained faced fall fallen fell felt \
fight find fled follow followed fought found gain gained grew grow happen happened hear heard held help \
helped helps hit hold hope hopes hurt include included includes including insisted issued joined killed knew \
know known lay lead leave led left lie live lives look looked looks lose lost mean means meet met move moved \
named need needed needs noted offered open opened opens paid pay plan planned plans praised promised prove \
proved put raise raised ran reached read reads refuse refused remain remained remains replied reported \
reports returned revealed rise risen rose run runs said sang sat saw say saying says sell sent serve served \
set shot show showed shown shows sit sleep sold speak spent spoke stand start started stay stood stop \
stopped struck suggested take talk tell tells think thought thinks threw told took tried try turn turned \
urged wait walked want wanted wants warned wear won work worked works worn write wrote written monday \
tuesday wednesday thursday friday saturday sunday january february march april may june july august \
september october november december jan feb mar apr jun jul aug sept sep oct nov dec today tomorrow \
yesterday tonight am pm second seconds minute minutes hour hours day days week weeks month months year years \
night morning evening afternoon noon midnight old new big large small long short high low early late good \
bad better best great able different recent recently later earlier least less half part lot number kind \
place point side thing things time times per cent percent hundred thousand million billion trillion crore \
lakh bn tn dollar dollars pound pounds euro euros shilling shillings rupee rupees kilometre kilometres \
kilometer kilometers km metre metres meter meters mile miles tonne tonnes ton tons kg amid whose unlike";

/// Titles: the name that follows is a phrase of its own.
const TITLES: &str = "\
adjudicator ambassador archbishop author baker bishop captain cardinal chair chairman chairwoman chancellor \
chief coach colonel commander commissioner comrade congressman councillor critic dame deputy director doctor \
engineer envoy farmer father forecaster general governor grandmaster inspector judge justice king lady \
lawyer lieutenant lord major mayor minister miss officer premier president prince princess professor queen \
reverend secretary seismologist senator sergeant sheikh sir spokesman spokesperson spokeswoman \
superintendent";

/// Short titles and signs of money: part of no phrase.
const SHORT_TITLES: &str = "capt col eng fr gen hon inc jr lt ltd maj rep rev rs sen sgt sr st usd";

/// Function words of four letters and more, or not in ASCII, of other languages (Spanish, Portuguese, French, German,
/// Italian, Urdu); in those a word of three plain letters counts for nothing anyway.
const FOREIGN: &str = "\
algo algunos antes aunque cada casi como contra cuando cuatro desde después dijo donde durante ellos \
entonces entre esta está estaba este esto estos fueron había hace hacia hasta luego menos mientras mismo \
mucho muchos otra otro otros para pero poco porque puede según será sido siempre sobre solo sólo también \
tanto tenía tiene tienen toda todo todos tras tres unos años días él más sí qué cómo ainda além apenas após \
assim depois dele dela disse eles enquanto essa esse então estão foi foram isso mais mesmo muito nesta pela \
pelo pelos quando quem seja seus também tinha três uma você não são até já há alors ainsi après aussi autre \
avait avant avec avoir cela cette ceux chez comme dans depuis deux dire dont elle elles encore être était \
étaient fait faire leur leurs même moins notre nous parce pendant peut plus pour quand quatre quelques sans \
selon sera seront sont sous tous tout toute trois très vers vous à été où aber alle allem allen aller alles \
also andere auch beim bereits dabei damit dann dass dein denn deren dessen diese diesem diesen dieser dieses \
doch dort drei durch eine einem einen einer eines einige etwa für gegen gibt habe haben hatte hatten hier \
ihre ihrem ihren ihrer immer jetzt kann kein keine können mehr nach nicht noch nur oder ohne sagte schon \
sehr sein seine seinem seinen seiner seit sich sind sollen soll sondern über unter viele vier vom waren weil \
wenn werden wieder will wird wurde wurden zwei zwischen zum zur alla allo anche ancora aveva avere come così \
dalla dalle degli della delle dello dove dopo essere fatto hanno loro molto nella nelle nello ogni perché \
però prima quale quattro quella quello questa questo senza sono stata stato sulla tutti tutto è già più può \
اب ابھی اپنا اپنی اپنے اس اسی اگر اور ان انہوں انہیں ایک ایسا ایسی ایسے آج آپ بات بار باوجود بعد بھی بہت پر \
پہلے پھر تاہم تک تو تھا تھی تھیں تھے تین جا جاتا جاتی جائے جائیں جب جبکہ جس جن جنہوں جو چار چاہیے حالانکہ \
خود دو دوران دوسرے دوسری دیا دی دیے ذریعے رہا رہی رہے ساتھ سب سے صرف طرح طور علاوہ قبل کا کر کرتا کرتی کرتے \
کرنا کرنے کریں کچھ کس کسی کہ کہا کہنا کے کو کوئی کون کی کیا کیونکہ کیے گا گی گے گئی گئے گیا لگا لئے لیے لیکن \
مگر مطابق مزید میں نہ نہیں نے نیز وہ وہی وہاں ہم ہو ہوا ہوئی ہوئے ہوتا ہوتی ہوتے ہوں ہونے ہوگا ہوگی ہے ہی \
ہیں یا یہ یہاں یعنی بتایا جانے جانب حوالے خلاف درمیان سمیت لاکھ کروڑ روپے فیصد ہزار سال ماہ روز دن";

/// What a word does in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It may carry the topic.
    Content = 0,
    /// It may carry the topic but belongs to no phrase.
    Breaking = 1,
    /// It may carry the topic and ends a phrase when a name follows.
    Title = 2,
    /// It carries nothing.
    Function = 3,
}

/// Slots of the table: a power of two, more than twice the words in it, so that probes are short.
const SLOTS: usize = 2048;

/// The words of a language with a role other than content, found by the hash of their lower-case form.
///
/// A slot holds 30 bits of a word's hash and two of its role; 0 is a free one. Whole hashes would make the table
/// as large as a processor's first cache, which the text and the other tables need too.
#[derive(Clone, Debug)]
pub(crate) struct Stopwords {
    slots: Vec<u32>,
}

impl Stopwords {
    /// The table of the English lists.
    pub(crate) fn english() -> Self {
        Self::of(&[
            (FUNCTION, Role::Function),
            (TITLES, Role::Title),
            (SHORT_TITLES, Role::Breaking),
            (BREAKING, Role::Breaking),
        ])
    }

    /// The table of the other languages' lists.
    pub(crate) fn foreign() -> Self {
        Self::of(&[(FOREIGN, Role::Function)])
    }

    /// A table of lists, the first one first. One allocation of 8 KiB.
    fn of(lists: &[(&str, Role)]) -> Self {
        let mut table = Self { slots: vec![0; SLOTS] };
        for &(list, role) in lists {
            for word in list.split_ascii_whitespace() {
                table.insert(hash(word.as_bytes()), role);
            }
        }
        table
    }

    /// The role of the word with this hash; content when it is in no list.
    #[inline]
    pub(crate) fn role(&self, word: u64) -> Role {
        match self.slots.get(self.slot(word)).map_or(0, |slot| slot & ROLE_BITS) {
            1 => Role::Breaking,
            2 => Role::Title,
            3 => Role::Function,
            _ => Role::Content,
        }
    }

    /// Adds a word unless an earlier list has it.
    fn insert(&mut self, word: u64, role: Role) {
        let slot = self.slot(word);
        if let Some(entry) = self.slots.get_mut(slot).filter(|entry| **entry == 0) {
            *entry = mark(word) | role as u32;
        }
    }

    /// The slot that holds the word, or the free one where it belongs.
    #[inline]
    fn slot(&self, word: u64) -> usize {
        let mut slot = (word >> 40) as usize % SLOTS;
        while self.slots.get(slot).is_some_and(|&held| held != 0 && held & !ROLE_BITS != mark(word)) {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}

/// The bits of a slot that hold the role.
const ROLE_BITS: u32 = 3;

/// The bits of a slot that tell the word.
#[inline]
fn mark(word: u64) -> u32 {
    word as u32 & !ROLE_BITS
}

#[cfg(test)]
mod tests;
