// The contract between these scripts and the WebAssembly. src/embed.rs declares the same names, and
// a test there compares both: each member stands on a line of its own.

/** The hashed file names of this build. */
export interface Files {
  js: string;
  wasm: string;
  /** Size of the first WebAssembly file, uncompressed. */
  wasmBytes: number;
  css: string;
  /** The scripts of what can be used before the app runs. */
  rows: string;
  form: string;
  /** For each chunk the WebAssembly files that it needs; chunks may share files. */
  chunks: Record<string, string[]>;
}

/** What this build is. */
export interface Version {
  version: string;
  commit: string;
  /** The Dioptra that it was tested with. */
  dioptra: string;
}

/** What the app is mounted with. */
export interface Options {
  placement: "standalone" | "iframe" | "element";
  /** URL of the API, without a trailing slash. */
  api: string;
  /**
   * Responses that were requested before the app ran, by URL. Each is used once, with a signal that
   * aborts it.
   */
  prefetched: Record<string, (abort: AbortSignal) => Promise<Response>>;
  /** URL or path of the stand-alone app, with a trailing slash. */
  base: string;
  routing: "path" | "hash" | "memory";
  /** The first screen, unless the address bar has another one. */
  path: string;
  groupId?: number | undefined;
  pageSize: number;
  readonly: boolean;
  label: string;
  headingLevel: number;
  /** Whether the table shows its heading; the host document may have one of its own. */
  heading: "shown" | "hidden";
  /** URL of a job in the dashboard, with "{id}" in it: see src/host.rs. */
  dashboard?: string | undefined;
  /** URL of the dashboard itself. */
  home?: string | undefined;
  /** URL of what rq-exporter says of the workers. */
  workers?: string | undefined;
  /** The version of the app, its commit, and the Dioptra that it was tested with, in words. */
  about: string;
  /** Returns false if the host document handles the event itself. */
  emit?: ((name: string, detail: EventDetail) => boolean) | undefined;
}

/** The options that a mounted app can still change. */
export type Settings = Pick<
  Options,
  "groupId" | "pageSize" | "readonly" | "label" | "heading" | "dashboard" | "home"
>;

/** The detail of an event, by the names in the README. */
export type EventDetail = Record<string, unknown>;

/** A mounted app. */
export interface Embedded {
  /** With `replace` the host document has its own entry of the history for it already. */
  navigate(path: string, replace: boolean): void;
  refresh(): void;
  update(settings: Settings): void;
  canLeave(): Promise<boolean>;
  focus(): void;
  destroy(): void;
  free(): void;
}

/** The exports of the JavaScript file that wasm-bindgen generates. */
export interface AppModule {
  default(init: { module_or_path: Response }): Promise<unknown>;
  mount(root: HTMLElement, options: Options): Embedded;
  onPanic(callback: (message: string) => void): void;
}
