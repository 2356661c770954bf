//! The codes of everything that can be wrong with a pipeline file.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::suggest::{nearest, short};

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal;)*) => {
        /// What is wrong, as a short code that stays the same between versions.
        ///
        /// `E01xx` syntax, `E02xx` keys and values of the language, `E03xx` stages and their options,
        /// `E04xx` columns, `E05xx` params, `E06xx` plugins, `E07xx` expressions, `E08xx`
        /// tests, `W09xx` warnings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: ", $title, ".")] $name,)*
        }

        impl Code {
            /// Every code, in the order of the numbers.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The code as it is printed: `E0312`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }

            /// What the code means, in a few words: lower case, no full stop.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)* }
            }

            /// A page of Markdown about the code: what it means, why it is an error, how to mend it, a wrong and
            /// a right example. Its first line is a heading with the code and [`Code::title`].
            ///
            /// Examples are blocks of TOML, marked `toml wrong` and `toml right`.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => include_str!(concat!("explain/", $code, ".md")),)* }
            }
        }
    };
}

codes! {
    Syntax = "E0101", "the file is not valid TOML";
    DuplicateKey = "E0102", "a key is given twice";
    TooDeep = "E0103", "values are nested too deeply";

    UnknownKey = "E0201", "a key is not part of the language";
    WrongType = "E0202", "a value of the language has the wrong type";
    BadValue = "E0203", "a value of the language is not allowed";
    MissingKey = "E0204", "a key that must be there is missing";
    NotSupported = "E0205", "a part of the language is not supported yet";
    BadName = "E0206", "a name has characters that are not allowed";
    BadNumber = "E0207", "a number cannot be held";
    BadBase = "E0208", "the file that a pipeline extends cannot be read";
    UnknownProfile = "E0209", "`--profile` names no profile";

    UnknownStage = "E0301", "no installed plugin has this stage";
    DuplicateId = "E0302", "two stages have one id";
    NotASource = "E0303", "a stage without input is not a source";
    SourceWithInput = "E0304", "a source is given an input";
    UnknownFrom = "E0305", "`from` names no stage";
    LaterFrom = "E0306", "`from` names the stage itself or a later one";
    FromSink = "E0307", "a stage reads from a sink, which has no output";
    OutputUnread = "E0308", "nobody reads the output of a stage";
    NoStages = "E0309", "the pipeline has no stage";
    DuplicateFrom = "E0310", "`from` names a stage twice";
    MissingOption = "E0311", "a stage lacks an option that it needs";
    UnknownOption = "E0312", "a stage has no such option";
    OptionType = "E0313", "an option has the wrong type";
    OptionChoice = "E0314", "an option is none of the values allowed";
    OptionRange = "E0315", "an option is outside its range";
    OptionForm = "E0316", "an option has none of the forms allowed";
    OptionRejected = "E0317", "a stage refuses its options";
    UnknownSet = "E0318", "`--set` names no option of a stage";
    SameTarget = "E0319", "an output is another output or an input";
    UnknownBaseStage = "E0320", "a change names a stage that is not there";
    UnknownPort = "E0321", "a stage has no output of that name";
    TimeoutAlone = "E0322", "a stage with a `timeout` has no process of its own";
    NotIsolable = "E0323", "a stage cannot have a process of its own";
    LockDiffers = "E0390", "what is installed differs from the lock";

    MissingColumn = "E0401", "a stage needs a column that nobody makes";
    ColumnMismatch = "E0402", "a stage needs a column with another type";
    ColumnExists = "E0403", "a stage makes a column that is there already";

    UnknownReference = "E0501", "a reference names no param";
    UnknownParam = "E0502", "`--param` names no param";
    MissingParam = "E0503", "a param has no value";
    ParamType = "E0504", "the value of a param has the wrong type";
    ParamRange = "E0505", "the value of a param is outside its range";
    ParamChoice = "E0506", "the value of a param is none of its choices";
    BadReference = "E0507", "a reference cannot be read";
    ListInText = "E0508", "a list stands inside a longer string";
    BadDeclaration = "E0509", "the declaration of a param contradicts itself";

    PluginNotFound = "E0601", "the library of a plugin was not found";
    PluginNotLoaded = "E0602", "the library of a plugin cannot be loaded";
    PluginBroken = "E0603", "a plugin breaks the rules for plugins";
    PluginClash = "E0604", "two plugins ship a stage of one name";

    ExpressionSyntax = "E0701", "an expression cannot be read";
    ExpressionName = "E0702", "an expression uses a name that is not there";
    ExpressionFunction = "E0703", "an expression calls a function that is not there";
    ExpressionType = "E0704", "the parts of an expression do not fit together";
    ExpressionPattern = "E0705", "a pattern is no regular expression";
    ExpressionSize = "E0706", "an expression is too long or too deep";

    TestInput = "E0801", "a test has no input, or several";
    TestStage = "E0802", "a test names a stage that it cannot use";
    TestColumn = "E0803", "a test expects a column that is not there";
    TestAttribute = "E0804", "a test expects an attribute that is not there";
    TestType = "E0805", "a test expects a value of the wrong type";
    TestExpectation = "E0806", "an expectation does not say one thing";
    TestSettings = "E0807", "a test gives a param or profile that does not fit";
    TestTarget = "E0808", "the pipeline of a file of tests cannot be used";
    TestFailed = "E0809", "what a test expects did not come";
    TestGolden = "E0810", "documents are not those of a golden folder";
    TestRun = "E0811", "a test cannot be run";

    NoSink = "W0901", "the pipeline has no sink";
    UnusedParam = "W0902", "a param is never used";
}

impl Code {
    /// Whether the code is that of a warning (`W…`), which stops nothing.
    #[must_use]
    pub fn is_warning(self) -> bool {
        self.as_str().starts_with('W')
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Code {
    type Err = UnknownCode;

    /// The code that is written so, in upper or lower case.
    fn from_str(text: &str) -> Result<Code, UnknownCode> {
        let is_it = |code: &&Code| code.as_str().eq_ignore_ascii_case(text);
        Code::ALL.iter().find(is_it).copied().ok_or_else(|| {
            // Many codes are one digit apart: of those, one of the same group is meant more likely.
            let is_near = |code: &&Code| code.as_str().get(..3) == text.to_ascii_uppercase().get(..3);
            let (near, far): (Vec<&Code>, Vec<&Code>) = Code::ALL.iter().partition(is_near);
            let all = || near.iter().chain(&far).map(|code| **code);
            let meant = nearest(text, all().map(Code::as_str));
            UnknownCode { text: short(text), meant: all().find(|code| Some(code.as_str()) == meant) }
        })
    }
}

/// There is no such [`Code`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode {
    text: String,
    meant: Option<Code>,
}

impl UnknownCode {
    /// The code that is written almost so.
    #[must_use]
    pub fn meant(&self) -> Option<Code> {
        self.meant
    }
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown code `{}`", self.text)
    }
}

impl Error for UnknownCode {}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
