/// <reference types="svelte" />
/// <reference types="vite/client" />

/** The version of the box that this page was built with. */
declare const __DIXI_VERSION__: string
