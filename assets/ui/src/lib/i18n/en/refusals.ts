import type { Refusals } from '../../api/types'
import { EN as f } from '../intl'
import { canvas } from './canvas'
import { projector } from './projector'

const corner = (i: number) => projector.calibration.corner[i] ?? ''

/** What the box refuses in daily use, by its code, each with what to do. */
export const refusals: Refusals = {
  nothing_selected: () => 'Nothing is selected. Select something first.',
  nothing_in_reach: () => 'There was nothing within the hand’s reach.',
  object_gone: () => 'That object is gone. Somebody deleted it.',
  locked: (r) => `${r.name} is locked. Unlock it first.`,
  held: (r) => `${r.name} is held by ${canvas.who(r.who)}. Wait until it is let go.`,
  scene_full: (r) =>
    `The scene is full: ${f.number(r.most)} objects fit. Delete some, or begin another scene.`,
  one_is_no_group: () => 'A group takes at least two objects.',
  no_group: () => 'Nothing of that is in a group.',
  too_long: (r) => `That is too long: ${f.number(r.most)} characters fit.`,
  no_name: () => 'A name needs at least one character.',
  nothing_to_undo: () => 'There is nothing to undo.',
  nothing_to_redo: () => 'There is nothing to redo.',
  nothing_saved: (r) => `“${r.scene}” was not saved yet, so there is nothing to go back to.`,
  scene_gone: () => 'That scene is gone.',
  scene_deleted: (r) => `“${r.scene}” was deleted. The Scenes page brings it back.`,
  nothing_deleted: () => 'No scene was deleted.',
  too_many_scenes: (r) => `There are ${f.number(r.most)} scenes already. Delete some first.`,
  question_open: () => 'A question is open: thumb up for yes, thumb down for no.',
  not_a_scene: () => 'This is no scene of Dixi’s. Bring in a file that was saved on a Scenes page.',
  bad_scene: () => 'Something in this scene is not right, so nothing of it was brought in.',
  newer_scene: () => 'This scene is of a newer Dixi. Update this box, then bring it in.',
  file_too_large: (r) => `It is larger than ${f.number(r.most_mib)} MiB.`,
  picture_too_large: () =>
    'The picture is too large: 10 MiB and 40 megapixels fit. Make it smaller.',
  picture_lies: () =>
    'The picture is of another type than its name says. Save it anew as PNG or JPEG.',
  picture_damaged: () => 'The picture is damaged, or neither a PNG nor a JPEG.',
  nobody_shows: () => 'No page shows the canvas. Open the canvas or the projector page first.',
  no_camera: () => 'There is no camera to calibrate. Choose one, and wait for its picture.',
  camera_changed: () => 'The camera was changed meanwhile. Begin again.',
  camera_gone: () => 'The camera is gone. Plug it in, and begin again.',
  no_pictures: () => 'No pictures came from the camera. Begin again when they do.',
  nobody_answered: () => 'Nobody said whether to keep it, so nothing changed. Begin again.',
  nobody_dragged: () => 'Nobody dragged the corners. Begin again.',
  being_calibrated: () => 'This output is being calibrated. Finish that first, or stop it.',
  not_from_front: () =>
    'The camera does not see the canvas from its front. Move it, and begin again.',
  corners_crossed: () => 'The corners cross: two of them are exchanged.',
  corners_together: () => 'Two corners lie on each other. Drag them apart.',
  corner_bent: (r) => `${corner(r.corner)} lies too far inside. Drag it outwards.`,
  corner_outside: (r) => `${corner(r.corner)} lies too far outside the picture.`,
  corners_small: () => 'The corners span too little of the picture. Bring the camera nearer.',
  picture_dark: () =>
    'The camera’s picture is too dark. Is the projector on, and does the camera look at what it shows?',
  no_markers: () =>
    'None of the markers was found. Open the projector’s page on the output, let the camera see all of what it shows, and keep bright light off it.',
  markers_small: (r) =>
    `The markers are too small in the camera’s picture, ${f.number(r.pixels)} pixels wide. Bring the camera nearer, or give it more pixels in the settings.`,
  markers_moved: () => 'The markers did not stand still. Fasten the camera and the projector.',
  few_markers: (r) =>
    `Only ${f.number(r.found)} of ${f.number(r.of)} markers were found. Let the camera see all of what is shown, and take away what stands before it.`,
  nobody_pointed: () =>
    'No hand pointed at the target and held. Point with the index finger, the other fingers curled, where the camera sees it.',
  pointed_astray: () => 'The places pointed at do not fit together. Try again.',
  target_missed: (r) =>
    `The last target was ${f.number(r.percent)}\u202f% of the width off, so one of the others was missed. Try again.`,
  ollama_unreachable: (r) =>
    `Ollama cannot be reached at ${r.url}. Start it, or say in the settings where it is.`,
  model_missing: (r) =>
    `There is no model “${r.model}”. Look at how it is spelled, or fetch it first.`,
  model_out_of_memory: (r) =>
    `“${r.model}” does not fit into memory. Unload other models, or take a smaller one.`,
  model_still_loading: (r) => `“${r.model}” is still being loaded. Look again in a moment.`,
  ollama_queue_full: () => 'Ollama has more to do than it takes. Try again in a moment.',
  ollama_broke_off: () => 'Ollama broke off. What was fetched is kept: let it go on.',
  ollama_said: (r) => `Ollama says: ${r.said}`,
  registry_unreachable: (r) =>
    `Ollama cannot reach the place that models come from. Is its machine connected to the internet? It says: ${r.said}`,
  model_too_large: (r) =>
    `“${r.model}” does not fit on Ollama’s disk: ${f.bytes(r.needs_bytes)} are still to be fetched, ${f.bytes(r.free_bytes)} are free, and 1\u202fGB stays free. Delete models that nobody uses, or make room.`,
  ollama_disk_full: () =>
    'The disk that Ollama keeps its models on is full. Delete models that nobody uses, or make room.',
  many_pulls: (r) =>
    `At most ${f.number(r.most)} models are fetched or wait at once. Wait until some are there.`,
}
