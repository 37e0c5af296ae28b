//! The command line of `cargo xtask`.

xflags::xflags! {
    /// Runs, tests, measures and packs the app.
    cmd xtask {
        /// The app on a real Dioptra with demo data.
        cmd run {
            /// Serve at another port than 8080.
            optional --port port: u16
            /// Use a Dioptra that runs already, like http://127.0.0.1:5000.
            optional --api url: String
        }
        /// A debug build on a real Dioptra; rebuilt and reloaded in the browser on each change.
        cmd dev {
            /// Serve at another port than 8080.
            optional --port port: u16
            /// Use a Dioptra that runs already, like http://127.0.0.1:5000.
            optional --api url: String
        }
        /// Everything that must hold, or one part of it: lint, unit, components, build,
        /// model, postgres, dist, e2e. On demand: quick (lint and unit), soak, fuzz, mutants.
        cmd test {
            /// One part.
            optional part: String
            /// Of the part's tests, those whose name contains this. For model and postgres: the seed.
            /// For soak: the seconds.
            optional filter: String
            /// Steps of model in bad weather, when not 300. At night: 1000.
            optional --steps steps: u64
            /// The seed of soak.
            optional seed: u64
        }
        /// What a visit costs: bytes, requests, times, memory.
        cmd bench {
            /// Write the figures into the README.
            optional --readme
            /// Visit another page in turn, and print ratios.
            optional --compare url: String
            /// With --compare: the CSS selector of what shows once the other page is there.
            optional selector: String
            /// With --compare: a screen of ours other than the table, like queues/new.
            optional --screen path: String
        }
        /// The release: a folder and a tar file in target/dist.
        cmd dist {}
        /// The npm package, in target/package.
        cmd package {
            /// Write the tables of the element into the README instead.
            optional --readme
        }
        /// Records the real server's responses for tests/contract.
        cmd record {}
        /// Takes the pictures of the README.
        cmd shots {}
        /// Finishes what Trunk has built. Trunk calls it.
        cmd pack {}
    }
}
