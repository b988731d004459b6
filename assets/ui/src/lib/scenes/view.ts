/** The view of the scene that is shown, as a file. Loaded only when somebody saves one. */

export interface ViewFile {
  file: Blob
  ending: string
}

export async function viewFile(what: 'png' | 'gltf'): Promise<ViewFile> {
  throw new Error(what)
}
