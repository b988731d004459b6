import type { projector as en } from '../en/projector'
import { DE as f } from '../intl'

export const projector = {
  title: 'Projektor',
  canvas: 'Die Leinwand',
  lost: 'Die Box ist nicht erreichbar. Diese Seite versucht es von selbst wieder.',
  fullscreen: 'Vollbild',
  fullscreenHint: 'Klick für Vollbild',

  menu: 'Projektor',
  openSecond: 'Auf dem zweiten Bildschirm öffnen',
  openWindow: 'In einem Fenster öffnen',
  openedSecond: 'Er ist auf dem zweiten Bildschirm.',
  openedWindow:
    'Ein Fenster ist offen. Zieh es auf den anderen Bildschirm und klick hinein für das Vollbild.',
  blocked:
    'Der Browser hat das Fenster nicht geöffnet. Erlaube Pop-ups für diese Adresse oder öffne diesen Link:',
  calibrate: 'Kalibrieren',
  showGrid: 'Gitter zeigen',
  hideGrid: 'Gitter ausblenden',
  open: (n: number) =>
    f.plural(n, {
      zero: 'Keine Projektorseite ist offen',
      one: 'Eine Projektorseite ist offen',
      other: '# Projektorseiten sind offen',
    }),

  target: {
    point: 'Zeig hierher und halt still',
    leave: 'Gut. Nimm jetzt die Hand weg',
  },
  looking: 'Die Kamera sucht die Marker',

  calibration: {
    title: 'Kalibrierung',
    lead: 'Damit eine Hand die Leinwand dort trifft, wo sie hinzeigt, muss Dixi wissen, wo die Kamera die Leinwand sieht.',
    back: 'Kamera',
    output: 'Ausgabe',
    outputWhy: 'Worauf die Hand zeigt: die Projektorseite oder dieser Bildschirm.',
    outputOpen: (name: string) => `${name} (offen)`,
    camera: 'Kamera',
    now: 'Jetzt',
    none: 'Nicht kalibriert',
    noneWhy:
      'Die Leinwand folgt der Hand wie ein Spiegel. Für eine Webcam über dem Bildschirm ist das richtig.',
    usedBy: {
      pointing: 'Durch Zeigen kalibriert',
      markers: 'Mit Markern kalibriert',
      corners: 'Über die Ecken kalibriert',
    },
    madeAt: (when: string) => `am ${when}`,
    error: 'Fehler',
    errorText: (percent: number, px: number) =>
      `${f.number(percent, 2)}\u202f% der Breite, etwa ${f.number(px)} px von 1.920`,
    noError: 'nicht gemessen',
    forget: 'Vergessen',
    forgotten: 'Die Kalibrierung ist vergessen.',
    movedTitle: 'Die Kamera hat sich bewegt',
    moved: (percent: number) =>
      `Um ${f.number(percent, 1)}\u202f% ihres Bildes: worauf du zeigst, wird nicht mehr getroffen.`,
    again: 'Neu kalibrieren',
    methods: 'Wie',
    method: {
      markers: 'Automatisch',
      pointing: 'Durch Zeigen',
      corners: 'Über die Ecken',
    },
    methodWhy: {
      markers:
        'Der Projektor zeigt kurz Marker, und die Kamera findet sie. Niemand muss etwas tun. Die Kamera muss die Fläche sehen.',
      pointing:
        'Du zeigst nacheinander auf vier Ziele und hältst still. Geht bei jedem Bildschirm, ob die Kamera ihn sieht oder nicht.',
      corners:
        'Du ziehst die vier Ecken der Leinwand im Kamerabild zurecht. Geht auch, wo Marker schlecht zu sehen sind.',
    },
    best: 'am besten',
    start: 'Beginnen',
    startOf: (method: string) => `Beginnen: ${method}`,
    needsOutput: 'Öffne zuerst die Projektorseite: dort erscheinen die Marker.',
    stop: 'Abbrechen',
    stopped: 'Das Kalibrieren wurde abgebrochen. Was vorher galt, gilt weiter.',
    failed: 'Das hat nicht geklappt',
    steps: (n: number, of: number) => `Ziel ${f.number(n)} von ${f.number(of)}`,
    point: 'Zeig auf das Ziel und halt still, bis der Ring voll ist.',
    leave: 'Gut. Nimm die Hand vom Ziel; dann kommt das nächste.',
    pointLabel: 'Wo das Ziel ist',
    measure: 'Noch eines, um zu messen, wie gut es passt.',
    hints: {
      left_early: 'Das war zu kurz: halt still, bis der Ring voll ist.',
      no_hand: 'Keine Hand zu sehen.',
      not_pointing: 'Zeig mit dem Zeigefinger, die anderen Finger sind eingerollt.',
      too_near: 'Hier war das letzte Ziel. Zeig auf das neue.',
      two_hands: 'Zeig nur mit einer Hand.',
    },
    holding: 'Wie lange du schon hältst',
    targets: { done: 'fertig', now: 'jetzt', next: 'kommt noch' },
    look: 'Die Kamera sucht die Marker auf der Fläche.',
    lookWhy:
      'Wenn sie nichts findet: mach den Raum etwas dunkler und sorg dafür, dass die Kamera das ganze Bild sieht.',
    found: (n: number, of: number) => `${f.number(n)} von ${f.number(of)} Markern gefunden`,
    drag: 'Zieh die vier Griffe auf die Ecken der Leinwand im Bild.',
    dragKeys:
      'Mit der Tastatur: Pfeiltasten bewegen einen Griff, mit der Umschalttaste in größeren Schritten.',
    cornersLabel: 'Ecken der Leinwand im Kamerabild',
    apply: 'Diese Ecken nehmen',
    corner: ['Oben links', 'Oben rechts', 'Unten rechts', 'Unten links'],
    cornerAt: (corner: string, x: number, y: number) =>
      `${corner}: ${f.number(x * 100, 1)}\u202f% von links, ${f.number(y * 100, 1)}\u202f% von oben`,
    crossed: 'Die Ecken überkreuzen sich. Jeder Griff gehört zu der Ecke, nach der er heißt.',
    flat: 'Die Ecken liegen zu dicht beieinander.',
    confirm: 'Passt es?',
    confirmWhy:
      'Der Rahmen zeigt, wo die Kamera die Leinwand sieht. Zeig auf etwas, um es zu prüfen.',
    approve: 'Behalten',
    reject: 'Verwerfen',
    approved: 'Behalten. Es gilt für diese Kamera und diese Ausgabe.',
    rejected: 'Verworfen. Was vorher galt, gilt weiter.',
    picture: 'Das Kamerabild, nicht gespiegelt',
    noPicture: 'Von der Kamera kommt gerade kein Bild.',

    keystone: 'Bild an die Fläche anpassen',
    keystoneWhy:
      'Wenn der Projektor schräg steht, zieh die Ecken, bis das Gitter auf die Fläche passt. Eine Kalibrierung bleibt richtig.',
    keystoneLabel: 'Ecken des Bildes auf der Ausgabe',
    straight: 'Gerade ziehen',
    straightened: 'Die Ecken sind wieder gerade.',
    notStraight: 'korrigiert',
    isStraight: 'gerade',

    check: 'Prüfen',
    checkWhy:
      'Der Projektor zeigt ein Gitter und die Zeiger. Zeig auf eine Kreuzung: der Zeiger sollte darauf liegen.',
    checkLabel: 'Die Leinwand mit Gitter und Zeigern',
    pointer: (hand: string, x: number, y: number) =>
      `${hand}: ${f.number(x * 100, 1)}\u202f% von links, ${f.number(y * 100, 1)}\u202f% von oben`,
    offBy: (percent: number, px: number) =>
      `${f.number(percent, 2)}\u202f% (etwa ${f.number(px)} px) von der nächsten Kreuzung`,
    outside: 'außerhalb der Leinwand',
    noPointer: 'Keine Hand zu sehen.',
    hands: { left: 'Linke Hand', right: 'Rechte Hand' },
  },
} satisfies typeof en
