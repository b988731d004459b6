import type { Troubles } from '../../api/types'
import { EN as f } from '../intl'

const seconds = (ms: number) => `${f.number(ms / 1000, 1, true)}\u202fs`
const said = (detail: string) => `The box says: “${detail}”.`

/** Why a part is not well, by its code, and what to do about it. */
export const troubles: Troubles = {
  camera_paused: () => ({ why: 'Paused.', next: 'Resume, and it is opened again.' }),
  camera_hours: () => ({
    why: 'It is outside the hours of `camera.hours`.',
    next: 'Resume, and it is opened again all the same.',
  }),
  camera_opening: () => ({ why: 'The camera is being opened.' }),
  camera_silent: (t) => ({
    why: `The camera has sent no picture for ${seconds(t.ms)}.`,
    next: 'Check its cable, and whether another program uses it. It is opened again by itself.',
  }),
  camera_shut: (t) => ({
    why: `The camera has not opened for ${seconds(t.ms)}.`,
    next: 'Check its cable, and whether another program uses it. It is opened again by itself.',
  }),
  camera_broken: (t) => ({
    why: `The camera sends only broken pictures. ${said(t.detail)}`,
    next: 'Check its cable, or choose another camera.',
  }),
  camera_none: () => ({
    why: 'No camera is connected.',
    next: 'Plug one in, or choose the browser’s webcam or a network camera.',
  }),
  camera_away: (t) => ({
    why: `The camera ${t.id} is not connected.`,
    next: 'Plug it in, or choose another one.',
  }),
  camera_denied: (t) => ({
    why: `Dixi may not use ${t.name}.`,
    next: 'Add the user that runs Dixi to the group video, `sudo usermod -aG video $USER`, and log in again. In a container, pass the device in.',
  }),
  camera_in_use: (t) => ({
    why: `Another program uses ${t.name}.`,
    next: 'Close that program, a browser’s or a meeting’s camera for example.',
  }),
  camera_gone: (t) => ({
    why: `${t.name} was unplugged.`,
    next: 'Plug it in again; it is noticed by itself.',
  }),
  camera_bus_full: (t) => ({
    why: `The USB bus has no room for the pictures of ${t.name}.`,
    next: 'Plug it into another port, or choose a smaller size or rate.',
  }),
  camera_hangs: (t) => ({
    why: `The driver of ${t.name} does not answer.`,
    next: 'Unplug the camera and plug it in again, or choose another one.',
  }),
  camera_unusable: (t) => ({
    why: `${t.name} cannot be used. ${said(t.detail)}`,
    next: 'Choose another camera.',
  }),
  webcam_awaited: () => ({
    why: 'No page sends its webcam.',
    next: 'Open this page where the webcam is, choose the browser’s camera and allow it.',
  }),
  network_slow: () => ({
    why: 'The network camera does not answer in time.',
    next: 'Check that it is on and its address is right.',
  }),
  network_nameless: () => ({
    why: 'The network camera’s name leads to no address that may be used.',
    next: 'Check the name, or use its IP address.',
  }),
  network_away: () => ({
    why: 'The network camera is not at its address.',
    next: 'Check that it is on, and its address and port.',
  }),
  network_untrusted: () => ({
    why: 'The network camera’s certificate is not trusted.',
    next: 'Use its `http://` address inside your own network.',
  }),
  network_broke: () => ({ why: 'The network camera closed the connection.' }),
  network_silent: () => ({
    why: 'The network camera is connected, but sends no pictures.',
  }),
  network_login: () => ({
    why: 'The network camera wants a user and a password, or other ones.',
    next: 'Write them in the address: `http://user:password@host/…`',
  }),
  network_digest: () => ({
    why: 'The network camera wants digest authentication, which Dixi does not speak.',
    next: 'Allow basic authentication in the camera’s own settings.',
  }),
  network_forbidden: () => ({
    why: 'The network camera does not let this user in.',
    next: 'Check the user’s rights on the camera.',
  }),
  network_answers: (t) => ({
    why: `The network camera gives no picture; it answers ${t.status}.`,
    next: 'Look in the camera’s manual for its MJPEG address.',
  }),
  network_no_pictures: () => ({
    why: 'What comes from this address is no MJPEG.',
    next: 'Look in the camera’s manual for its MJPEG or snapshot address.',
  }),
  file_unreadable: (t) => ({
    why: `${t.path} cannot be opened.`,
    next: 'Check the path, and that Dixi’s user may read it.',
  }),
  file_empty: () => ({
    why: 'There are no pictures in it.',
    next: 'Use an MJPEG, JPEG or PNG file, or a folder of JPEG and PNG files.',
  }),
  models_loading: () => ({ why: 'The models are being loaded.' }),
  models_failed: (t) => ({
    why: `The models could not be loaded. ${said(t.detail)}`,
    next: 'Restart Dixi, and report this if it comes again.',
  }),
  vision_fails: (t) => ({ why: `Frames are lost. ${said(t.detail)}` }),
  no_gpu_kernels: () => ({
    why: 'This build has no CUDA kernels; `make cuda` builds one that has.',
  }),
  gpu_unusable: (t) => ({ why: `The GPU cannot be used. ${said(t.detail)}` }),
  gpu_lost: () => ({
    why: 'The networks run on the CPU, though they ran on a GPU before.',
    next: '`dixi doctor` says what is wrong with it. Set `vision.device` to `cpu` if it is gone for good.',
  }),
  database_full: () => ({
    why: 'The disk is full, so nothing can be saved.',
    next: 'Make room. Saving begins again by itself.',
  }),
  database_fails: (t) => ({
    why: `Nothing can be saved. ${said(t.detail)}`,
    next: '`dixi doctor` says what to do.',
  }),
  backup_fails: (t) => ({
    why: `No backup could be made. ${said(t.detail)}`,
    next: 'It is tried again within the hour.',
  }),
  backup_full: () => ({
    why: 'There was no room for a backup.',
    next: 'Make room, or set another folder for backups. It is tried again within the hour.',
  }),
  disk_low: (t) => ({
    why: `${f.bytes(t.free_bytes)} are free, ${f.number(t.percent)}\u202f% of the disk.`,
    next: 'Make room, or move the data directory (`--data-dir`) to a larger disk.',
  }),
  threads: (t) => ({
    why: [
      t.hang.length > 0 ? `Not heard of for too long: ${f.list(t.hang)}.` : '',
      t.ended.length > 0 ? `Ended in too many faults: ${f.list(t.ended)}.` : '',
    ]
      .filter(Boolean)
      .join(' '),
    next: 'Restart Dixi, and report this if it comes again.',
  }),
  ollama_away: (t) => ({
    why: `Ollama does not answer at ${t.url}.`,
    next: 'Start Ollama, or set `ollama.url` to where it is.',
  }),
  restarts: (t) => ({
    why: `Dixi started ${f.number(t.times)} times within an hour without having been stopped.`,
    next: 'Look at the log for what ended it: a crash, too little memory, or the power.',
  }),
  safe_mode: (t) => ({
    why: `Safe mode, with the camera off. ${said(t.detail)}`,
    next: 'Mend the file on the Settings page, and start Dixi again.',
  }),
}
