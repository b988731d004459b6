import { EN as f } from '../intl'

export const projector = {
  title: 'Projector',
  canvas: 'The canvas',
  lost: 'The box is not reached. This page tries again by itself.',
  fullscreen: 'Full screen',
  fullscreenHint: 'Click for full screen',

  menu: 'Projector',
  openSecond: 'Open on the second display',
  openWindow: 'Open in a window',
  openedSecond: 'It is on the second display.',
  openedWindow: 'A window is open. Drag it to the other display and click into it for full screen.',
  blocked:
    'The browser kept the window from opening. Allow pop-ups for this address, or open this link:',
  calibrate: 'Calibrate',
  showGrid: 'Show the grid',
  hideGrid: 'Hide the grid',
  open: (n: number) =>
    f.plural(n, {
      zero: 'No projector page is open',
      one: 'One projector page is open',
      other: '# projector pages are open',
    }),

  target: {
    point: 'Point here and hold still',
    leave: 'Good. Now take your hand away',
  },
  looking: 'The camera looks for the markers',

  calibration: {
    title: 'Calibration',
    lead: 'So that a hand meets the canvas where it points, Dixi must know where the camera sees the canvas.',
    back: 'Camera',
    output: 'Output',
    outputWhy: 'What the hand points at: the projector’s page, or this screen.',
    outputOpen: (name: string) => `${name} (open)`,
    camera: 'Camera',
    now: 'Now',
    none: 'Not calibrated',
    noneWhy:
      'The canvas follows the hand as in a mirror. That is right for a webcam above the screen.',
    usedBy: {
      pointing: 'Calibrated by pointing',
      markers: 'Calibrated by markers',
      corners: 'Calibrated by corners',
    },
    madeAt: (when: string) => `on ${when}`,
    error: 'Error',
    errorText: (percent: number, px: number) =>
      `${f.number(percent, 2)}\u202f% of the width, about ${f.number(px)} px of 1,920`,
    noError: 'not measured',
    forget: 'Forget',
    forgotten: 'The calibration is forgotten.',
    movedTitle: 'The camera has moved',
    moved: (percent: number) =>
      `By ${f.number(percent, 1)}\u202f% of its picture: what you point at is no longer met.`,
    again: 'Calibrate again',
    methods: 'How',
    method: {
      markers: 'Automatically',
      pointing: 'By pointing',
      corners: 'By dragging corners',
    },
    methodWhy: {
      markers:
        'The projector shows markers for a moment and the camera finds them. Nobody has to do anything. The camera must see the surface.',
      pointing:
        'You point at four targets, one after the other, and hold still. Works for any screen, seen or not.',
      corners:
        'You drag the four corners of the canvas in the camera’s picture. Works where markers are hard to see.',
    },
    best: 'best',
    start: 'Start',
    startOf: (method: string) => `Start: ${method}`,
    needsOutput: 'Open the projector’s page first: the markers are shown there.',
    stop: 'Stop',
    stopped: 'Calibrating was stopped. What was there before is kept.',
    failed: 'This did not work',
    steps: (n: number, of: number) => `Target ${f.number(n)} of ${f.number(of)}`,
    point: 'Point at the target and hold still until the ring is full.',
    leave: 'Good. Take your hand off the target; then the next one comes.',
    pointLabel: 'Where the target is',
    measure: 'One more, to measure how well it fits.',
    hints: {
      left_early: 'That was too short: hold still until the ring is full.',
      no_hand: 'No hand is seen.',
      not_pointing: 'Point with the index finger, the other fingers curled.',
      too_near: 'This is where the last target was. Point at the new one.',
      two_hands: 'Point with one hand only.',
    },
    holding: 'How long you have held',
    targets: { done: 'done', now: 'now', next: 'to come' },
    look: 'The camera looks for the markers on the surface.',
    lookWhy:
      'If it does not find them: make the room a little darker, and see that the whole picture is in the camera’s view.',
    found: (n: number, of: number) => `${f.number(n)} of ${f.number(of)} markers found`,
    drag: 'Drag the four handles to the corners of the canvas in the picture.',
    dragKeys: 'With the keyboard: arrow keys move a handle, with Shift in larger steps.',
    cornersLabel: 'Corners of the canvas in the camera’s picture',
    apply: 'Use these corners',
    corner: ['Top left', 'Top right', 'Bottom right', 'Bottom left'],
    cornerAt: (corner: string, x: number, y: number) =>
      `${corner}: ${f.number(x * 100, 1)}\u202f% across, ${f.number(y * 100, 1)}\u202f% down`,
    crossed: 'The corners cross. Each handle belongs to the corner that its name says.',
    flat: 'The corners lie too close together.',
    confirm: 'Does it fit?',
    confirmWhy: 'The frame shows where the camera sees the canvas. Point at something to try it.',
    approve: 'Keep it',
    reject: 'Discard',
    approved: 'Kept. It holds for this camera and this output.',
    rejected: 'Discarded. What was there before is kept.',
    picture: 'The camera’s picture, not mirrored',
    noPicture: 'There is no picture from the camera now.',

    keystone: 'Fit the picture to the surface',
    keystoneWhy:
      'If the projector stands at an angle, drag the corners until the grid fits the surface. A calibration stays right.',
    keystoneLabel: 'Corners of the picture on the output',
    straight: 'Straighten',
    straightened: 'The corners are straight again.',
    notStraight: 'corrected',
    isStraight: 'straight',

    check: 'Check',
    checkWhy:
      'The projector shows a grid and the pointers. Point at a crossing: the pointer should be on it.',
    checkLabel: 'The canvas with its grid and pointers',
    pointer: (hand: string, x: number, y: number) =>
      `${hand}: ${f.number(x * 100, 1)}\u202f% across, ${f.number(y * 100, 1)}\u202f% down`,
    offBy: (percent: number, px: number) =>
      `${f.number(percent, 2)}\u202f% (about ${f.number(px)} px) from the nearest crossing`,
    outside: 'outside the canvas',
    noPointer: 'No hand is seen.',
    hands: { left: 'Left hand', right: 'Right hand' },
  },
}
