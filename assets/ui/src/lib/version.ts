/** The version of the box that this page was built with. */
export const PAGE_VERSION: string = __DIXI_VERSION__
