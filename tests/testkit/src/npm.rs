//! Projects of others that use what we publish: `tests/e2e/projects`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::Result;

use crate::{root, tools};

/// A copy of a project, in a folder of its own.
#[derive(Debug)]
pub struct Project {
    /// Where it is.
    pub folder: PathBuf,
}

impl Project {
    /// Copies the project of this name.
    ///
    /// # Errors
    /// If it can't be copied.
    pub fn new(name: &str) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = root().join(format!("target/projects/{name}-{}-{number}", std::process::id()));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let from = root().join("tests/e2e/projects").join(name).join(".");
        tools::run(Command::new("cp").arg("-r").arg(from).arg(&folder))?;
        Ok(Self { folder })
    }

    /// Installs a tarball, as its users do.
    ///
    /// # Errors
    /// If npm says so.
    pub fn install(&self, tarball: &Path) -> Result<()> {
        let options = ["install", "--silent", "--offline", "--no-audit", "--no-fund"];
        tools::run(Command::new(tools::npm()?).args(options).arg(tarball).current_dir(&self.folder))
    }

    /// Lets it find the libraries that it needs beside what is installed.
    ///
    /// # Errors
    /// If they can't be installed.
    pub fn link_libraries(&self) -> Result<()> {
        let modules = self.folder.join("node_modules");
        fs::create_dir_all(&modules)?;
        for entry in fs::read_dir(tools::web_projects()?.join("node_modules"))? {
            let entry = entry?;
            let link = modules.join(entry.file_name());
            if !link.exists() {
                std::os::unix::fs::symlink(entry.path(), link)?;
            }
        }
        Ok(())
    }

    /// A program of the libraries, to be run in the project.
    ///
    /// # Errors
    /// If they can't be installed.
    pub fn program(&self, name: &str) -> Result<Command> {
        let mut command = Command::new(tools::web_projects()?.join("node_modules/.bin").join(name));
        command.current_dir(&self.folder);
        Ok(command)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
