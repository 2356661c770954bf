//! Comparisons, and membership in lists.

use super::Checker;
use crate::code::{Any, Bool, Num, Time, TimeSource, Txt};
use crate::fault::{Fault, FaultKind};
use crate::number::Number;
use crate::row::Moment;
use crate::suggest::short;
use crate::tree::{Comparison, Expression, Kind, Node};
use crate::types::Type;

impl Checker<'_> {
    pub(super) fn comparison(
        &mut self,
        how: Comparison,
        left: &Node,
        right: &Node,
        node: &Node,
    ) -> Option<Bool> {
        let (one, other) = self.sides(left, right);
        let fault = |message: String| Fault::new(FaultKind::Type, &node.span, message);
        match (one?, other?) {
            (Any::Null, part) | (part, Any::Null) if how.is_equality() => {
                let missing = Bool::IsMissing(Box::new(part));
                Some(if how == Comparison::Equal { missing } else { Bool::Not(Box::new(missing)) })
            }
            (Any::Null, _) | (_, Any::Null) => {
                let fault = fault(format!("`{}` with null never holds", how.symbol()));
                self.fail(fault.help("`== null` asks whether a value is missing"))
            }
            (Any::Number(one), Any::Number(other)) => Some(Bool::Numbers(how, one, other)),
            (Any::Text(one), Any::Text(other)) => Some(Bool::Texts(how, one, other)),
            (Any::Time(one), Any::Time(other)) => Some(Bool::Times(how, one, other)),
            (Any::Bool(one), Any::Bool(other)) if how.is_equality() => {
                Some(Bool::Bools(how == Comparison::Equal, Box::new(one), Box::new(other)))
            }
            (Any::Bool(_), Any::Bool(_)) => {
                self.fail(fault(format!("`{}` asks for an order; true and false have none", how.symbol())))
            }
            (part @ Any::Whole { .. }, _) => self.fail(incomparable(left, &part)),
            (_, part @ Any::Whole { .. }) => self.fail(incomparable(right, &part)),
            (one, other) => {
                let message = format!("{} is compared with {}", one.described(), other.described());
                self.fail(about_days(fault(message), &one, &other))
            }
        }
    }

    /// Checks both sides, and sees whether an unknown name among them was meant as a text.
    fn sides(&mut self, left: &Node, right: &Node) -> (Option<Any>, Option<Any>) {
        let one = self.any(left);
        self.hint_at_quotes(left, right);
        let other = self.any(right);
        self.hint_at_quotes(right, left);
        (one, other)
    }

    fn hint_at_quotes(&mut self, node: &Node, beside: &Node) {
        let is_text = match &beside.kind {
            Kind::Text(_) => true,
            Kind::Name(path) => self.type_of(path) == Some(Type::Text),
            _ => false,
        };
        let Kind::Name(path) = &node.kind else { return };
        let [word] = path.as_slice() else { return };
        let Some(last) = self.faults.last_mut() else { return };
        if is_text && last.kind == FaultKind::UnknownName && last.span == node.span && last.label.is_empty() {
            last.help.push(format!("a text is quoted: `'{}'`", short(word)));
        }
    }

    pub(super) fn within(&mut self, value: &Node, among: &Node, node: &Node) -> Option<Bool> {
        let wanted = self.any(value);
        if let Kind::List(parts) = &among.kind {
            let parts: Vec<Option<Any>> = parts.iter().map(|part| self.constant(part)).collect();
            let parts: Option<Vec<Any>> = parts.into_iter().collect();
            return self.in_list(wanted?, parts?, node);
        }
        let (wanted, list) = (wanted?, self.any(among)?);
        match &list {
            Any::Whole { name, ty: Type::List(element) } if matches(element, &wanted) => {
                Some(Bool::Held(Box::new(wanted), *name))
            }
            Any::Whole { ty: Type::List(element), .. } => {
                let message = format!("the list's elements are {element} each, not {}", wanted.described());
                self.fail(Fault::new(FaultKind::Type, &node.span, message))
            }
            _ => {
                let message = format!("`in` takes a list, not {}", list.described());
                let fault = Fault::new(FaultKind::Type, &among.span, message);
                let (value, among) = (shown(value), shown(among));
                self.fail(match list {
                    Any::Text(_) => fault.label(format!("write `contains({among}, {value})`")),
                    Any::Whole { ty: Type::Layer { label: true }, .. } => {
                        fault.label(format!("write `count({among}, {value}) > 0`"))
                    }
                    _ => fault.help("a list is written `['en', 'fr']`"),
                })
            }
        }
    }

    fn in_list(&mut self, wanted: Any, parts: Vec<Any>, node: &Node) -> Option<Bool> {
        let odd = parts.iter().find(|part| !alike(part, &wanted));
        if let Some(odd) = odd {
            let message = format!("{} is looked for among {}", wanted.described(), odd.described());
            let fault = Fault::new(FaultKind::Type, &node.span, message);
            return self.fail(about_days(fault, &wanted, odd));
        }
        if parts.is_empty() {
            return self.fail(Fault::new(FaultKind::Type, &node.span, "an empty list holds nothing"));
        }
        match wanted {
            Any::Number(number) => {
                let mut among: Vec<Number> = parts.iter().filter_map(as_number).collect();
                among.sort_by(|a, b| a.compare(*b));
                Some(Bool::NumberIn(number, among))
            }
            Any::Text(text) => {
                let mut among: Vec<String> = parts.into_iter().filter_map(as_text).collect();
                among.sort();
                Some(Bool::TextIn(text, among))
            }
            Any::Time(time) => {
                let mut among: Vec<Moment> = parts.iter().filter_map(as_moment).collect();
                among.sort_by(|a, b| a.compare(*b));
                Some(Bool::TimeIn(time, among))
            }
            other => {
                let message = format!("{} cannot be looked for in a list", other.described());
                self.fail(Fault::new(FaultKind::Type, &node.span, message))
            }
        }
    }

    /// An element of a list that stands in the expression.
    fn constant(&mut self, node: &Node) -> Option<Any> {
        let part = self.any(node)?;
        match &part {
            Any::Null => {
                let fault = Fault::new(FaultKind::Type, &node.span, "null is in no list");
                self.fail(fault.help("`x == null` asks whether a value is missing"))
            }
            Any::Number(Num::Constant(_))
            | Any::Text(Txt::Constant(_))
            | Any::Time(Time { source: TimeSource::Constant(_), .. })
            | Any::Bool(_) => Some(part),
            Any::Number(Num::Negated(inner)) => match inner.as_ref() {
                Num::Constant(number) => Some(Any::Number(Num::Constant(number.negated()))),
                _ => self.not_written_out(node),
            },
            _ => self.not_written_out(node),
        }
    }

    fn not_written_out(&mut self, node: &Node) -> Option<Any> {
        self.wrong_type(node, "a list holds texts, numbers and dates that are written out")
    }
}

fn as_number(part: &Any) -> Option<Number> {
    if let Any::Number(Num::Constant(number)) = part { Some(*number) } else { None }
}

fn as_text(part: Any) -> Option<String> {
    if let Any::Text(Txt::Constant(text)) = part { Some(text) } else { None }
}

fn as_moment(part: &Any) -> Option<Moment> {
    if let Any::Time(Time { source: TimeSource::Constant(moment), .. }) = part { Some(*moment) } else { None }
}

fn alike(one: &Any, other: &Any) -> bool {
    matches!(
        (one, other),
        (Any::Number(_), Any::Number(_))
            | (Any::Text(_), Any::Text(_))
            | (Any::Time(_), Any::Time(_))
            | (Any::Bool(_), Any::Bool(_))
    )
}

fn matches(element: &Type, wanted: &Any) -> bool {
    matches!(
        (element, wanted),
        (Type::Number, Any::Number(_))
            | (Type::Text, Any::Text(_))
            | (Type::Date | Type::Timestamp, Any::Time(_))
            | (Type::Bool, Any::Bool(_))
    )
}

fn incomparable(node: &Node, part: &Any) -> Fault {
    let message = format!("{} can be compared with null alone", part.described());
    let fault = Fault::new(FaultKind::Type, &node.span, message);
    match part {
        Any::Whole { ty: Type::Other, .. } => fault,
        _ => fault.label(format!("write `len({})` for its elements", shown(node))),
    }
}

fn about_days(fault: Fault, one: &Any, other: &Any) -> Fault {
    if matches!(one, Any::Time(_)) || matches!(other, Any::Time(_)) {
        return fault.help("a day is written `date('2025-09-24')`");
    }
    fault
}

fn shown(node: &Node) -> String {
    short(&Expression { root: node.clone() }.to_string())
}
