import type { Refusals } from '../../api/types'
import { DE as f } from '../intl'
import { canvas } from './canvas'
import { projector } from './projector'

const corner = (i: number) => projector.calibration.corner[i] ?? ''

export const refusals: Refusals = {
  nothing_selected: () => 'Nichts ist ausgewählt. Wähl zuerst etwas aus.',
  nothing_in_reach: () => 'In Reichweite der Hand war nichts.',
  object_gone: () => 'Das Objekt ist weg. Jemand hat es gelöscht.',
  locked: (r) => `${r.name} ist gesperrt. Entsperr es zuerst.`,
  held: (r) =>
    `${r.name} wird gerade gehalten (${canvas.who(r.who)}). Warte, bis es losgelassen ist.`,
  scene_full: (r) =>
    `Die Szene ist voll: ${f.number(r.most)} Objekte passen hinein. Lösch einige oder beginn eine neue Szene.`,
  one_is_no_group: () => 'Eine Gruppe braucht mindestens zwei Objekte.',
  no_group: () => 'Nichts davon gehört zu einer Gruppe.',
  too_long: (r) => `Das ist zu lang: ${f.number(r.most)} Zeichen passen.`,
  no_name: () => 'Ein Name braucht mindestens ein Zeichen.',
  nothing_to_undo: () => 'Es gibt nichts rückgängig zu machen.',
  nothing_to_redo: () => 'Es gibt nichts zu wiederholen.',
  nothing_saved: (r) =>
    `„${r.scene}“ wurde noch nicht gesichert, es gibt also keinen Stand, zu dem es zurückgeht.`,
  scene_gone: () => 'Diese Szene gibt es nicht mehr.',
  scene_deleted: (r) =>
    `„${r.scene}“ wurde gelöscht. Auf der Seite Szenen kannst du sie zurückholen.`,
  nothing_deleted: () => 'Es wurde keine Szene gelöscht.',
  too_many_scenes: (r) => `Es gibt schon ${f.number(r.most)} Szenen. Lösch zuerst einige.`,
  question_open: () => 'Eine Frage ist offen: Daumen hoch für Ja, Daumen runter für Nein.',
  not_a_scene: () =>
    'Das ist keine Szene von Dixi. Nimm eine Datei, die auf einer Seite Szenen gesichert wurde.',
  bad_scene: () => 'In dieser Szene stimmt etwas nicht, darum wurde nichts davon übernommen.',
  newer_scene: () =>
    'Diese Szene stammt von einem neueren Dixi. Aktualisiere diese Box und nimm sie dann.',
  file_too_large: (r) => `Die Datei ist größer als ${f.number(r.most_mib)} MiB.`,
  picture_too_large: () => 'Das Bild ist zu groß: 10 MiB und 40 Megapixel passen. Mach es kleiner.',
  picture_lies: () =>
    'Das Bild ist von anderer Art, als sein Name sagt. Speichere es neu als PNG oder JPEG.',
  picture_damaged: () => 'Das Bild ist beschädigt oder weder PNG noch JPEG.',
  nobody_shows: () =>
    'Keine Seite zeigt die Leinwand. Öffne zuerst die Leinwand oder die Projektorseite.',
  no_camera: () => 'Es gibt keine Kamera zum Kalibrieren. Wähl eine und warte auf ihr Bild.',
  camera_changed: () => 'Inzwischen wurde die Kamera gewechselt. Fang noch einmal an.',
  camera_gone: () => 'Die Kamera ist weg. Steck sie an und fang noch einmal an.',
  no_pictures: () =>
    'Von der Kamera kamen keine Bilder. Fang noch einmal an, sobald welche kommen.',
  nobody_answered: () =>
    'Niemand hat gesagt, ob es behalten wird; es bleibt also alles beim Alten. Fang noch einmal an.',
  nobody_dragged: () => 'Niemand hat die Ecken gezogen. Fang noch einmal an.',
  being_calibrated: () =>
    'Diese Ausgabe wird gerade kalibriert. Bring das erst zu Ende oder brich es ab.',
  not_from_front: () =>
    'Die Kamera sieht die Leinwand nicht von vorn. Stell sie anders und fang noch einmal an.',
  corners_crossed: () => 'Die Ecken überkreuzen sich: zwei sind vertauscht.',
  corners_together: () => 'Zwei Ecken liegen aufeinander. Zieh sie auseinander.',
  corner_bent: (r) => `Die Ecke „${corner(r.corner)}“ liegt zu weit innen. Zieh sie nach außen.`,
  corner_outside: (r) => `Die Ecke „${corner(r.corner)}“ liegt zu weit außerhalb des Bildes.`,
  corners_small: () => 'Die Ecken umfassen zu wenig vom Bild. Stell die Kamera näher.',
  picture_dark: () =>
    'Das Kamerabild ist zu dunkel. Ist der Projektor an, und sieht die Kamera, was er zeigt?',
  no_markers: () =>
    'Kein Marker wurde gefunden. Öffne die Projektorseite auf der Ausgabe, lass die Kamera alles davon sehen und halt helles Licht fern.',
  markers_small: (r) =>
    `Die Marker sind im Kamerabild zu klein, ${f.number(r.pixels)} Pixel breit. Stell die Kamera näher oder gib ihr in den Einstellungen mehr Pixel.`,
  markers_moved: () => 'Die Marker standen nicht still. Mach Kamera und Projektor fest.',
  few_markers: (r) =>
    `Nur ${f.number(r.found)} von ${f.number(r.of)} Markern wurden gefunden. Lass die Kamera alles sehen und nimm weg, was davor steht.`,
  nobody_pointed: () =>
    'Keine Hand hat auf das Ziel gezeigt und stillgehalten. Zeig mit dem Zeigefinger, die anderen Finger eingerollt, dort, wo die Kamera es sieht.',
  pointed_astray: () => 'Die gezeigten Stellen passen nicht zueinander. Versuch es noch einmal.',
  target_missed: (r) =>
    `Das letzte Ziel lag um ${f.number(r.percent)}\u202f% der Breite daneben; eines der anderen wurde also verfehlt. Versuch es noch einmal.`,
  ollama_unreachable: (r) =>
    `Ollama ist unter ${r.url} nicht zu erreichen. Starte es, oder sag in den Einstellungen, wo es ist.`,
  model_missing: (r) =>
    `Ein Modell „${r.model}“ gibt es nicht. Schau, ob es richtig geschrieben ist, oder hol es zuerst.`,
  model_out_of_memory: (r) =>
    `„${r.model}“ passt nicht in den Speicher. Entlade andere Modelle, oder nimm ein kleineres.`,
  model_still_loading: (r) => `„${r.model}“ wird noch geladen. Schau gleich noch einmal nach.`,
  ollama_queue_full: () => 'Ollama hat mehr zu tun, als es annimmt. Versuch es gleich noch einmal.',
  ollama_broke_off: () =>
    'Ollama hat abgebrochen. Was schon geholt ist, bleibt: lass es weitermachen.',
  ollama_said: (r) => `Ollama sagt: ${r.said}`,
  registry_unreachable: (r) =>
    `Ollama erreicht den Ort nicht, von dem die Modelle kommen. Hat sein Rechner Verbindung zum Internet? Es sagt: ${r.said}`,
  model_too_large: (r) =>
    `„${r.model}“ passt nicht auf Ollamas Festplatte: ${f.bytes(r.needs_bytes)} sind noch zu holen, ${f.bytes(r.free_bytes)} sind frei, und 1\u202fGB bleibt frei. Lösch Modelle, die niemand braucht, oder mach Platz.`,
  ollama_disk_full: () =>
    'Die Festplatte, auf der Ollama seine Modelle hat, ist voll. Lösch Modelle, die niemand braucht, oder mach Platz.',
  many_pulls: (r) =>
    `Höchstens ${f.number(r.most)} Modelle werden zugleich geholt oder warten. Warte, bis einige da sind.`,
}
