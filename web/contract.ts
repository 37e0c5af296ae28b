// The contract between these scripts and the WebAssembly. src/embed.rs declares the same names, and
// a test there compares both: each member stands on a line of its own.

/** The hashed file names of this build. */
export interface Files {
  js: string;
  wasm: string;
  /** Size of the first WebAssembly file, uncompressed. */
  wasmBytes: number;
  css: string;
  /** For each chunk the WebAssembly files that it needs; chunks may share files. */
  chunks: Record<string, string[]>;
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
  /** Returns false if the host document handles the event itself. */
  emit?: ((name: string, detail: EventDetail) => boolean) | undefined;
}

/** The options that a mounted app can still change. */
export type Settings = Pick<Options, "groupId" | "pageSize" | "readonly" | "label">;

/** The detail of an event, by the names in the README. */
export type EventDetail = Record<string, unknown>;

/** A mounted app. */
export interface Embedded {
  navigate(path: string): void;
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
