//! `docmill schema`.

use crate::args::{Described, SchemaArgs};
use crate::exit::Exit;
use crate::load::plugin_folders;
use crate::verbs::plugin::everything;
use crate::{report, terminal};
use docmill_pipeline::StageInfo;

pub(crate) fn run(args: &SchemaArgs) -> Exit {
    if args.what == Described::Run {
        terminal::print(&format!("{:#}\n", report::schema()));
        return Exit::OK;
    }
    let installed = match everything(&plugin_folders(&args.folders)) {
        Ok(installed) => installed,
        Err(exit) => return exit,
    };
    let infos: Vec<StageInfo> = installed.infos().cloned().collect();
    let schema = docmill_pipeline::schema(&infos);
    terminal::print(&format!("{schema:#}\n"));
    Exit::OK
}
