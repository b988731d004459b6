import type { Troubles } from '../../api/types'
import { DE as f } from '../intl'

const seconds = (ms: number) => `${f.number(ms / 1000, 1, true)}\u202fs`
/** Details that are there in English only. */
const said = (detail: string) => `Die Box sagt dazu auf Englisch: „${detail}“.`

/** Threads, by what the box calls them. */
const PARTS: Record<string, string> = {
  'the hands': 'die Hände',
  "the hands' orders": 'die Befehle der Hände',
  'the server': 'der Server',
  'the calibration': 'das Einmessen',
  'the live pictures': 'die Livebilder',
  'the vision pipeline': 'das Sehen',
  "the database's writer": 'das Schreiben in die Datenbank',
  "the camera's control": 'die Steuerung der Kamera',
}
const named = (thread: string) => PARTS[thread] ?? thread

export const troubles: Troubles = {
  camera_paused: () => ({ why: 'Angehalten.', next: 'Setz fort, dann wird sie wieder geöffnet.' }),
  camera_hours: () => ({
    why: 'Es ist außerhalb der Zeiten von `camera.hours`.',
    next: 'Setz fort, dann wird sie trotzdem wieder geöffnet.',
  }),
  camera_opening: () => ({ why: 'Die Kamera wird geöffnet.' }),
  camera_silent: (t) => ({
    why: `Die Kamera schickt seit ${seconds(t.ms)} kein Bild.`,
    next: 'Prüf das Kabel, und ob ein anderes Programm sie benutzt. Sie wird von selbst wieder geöffnet.',
  }),
  camera_shut: (t) => ({
    why: `Die Kamera lässt sich seit ${seconds(t.ms)} nicht öffnen.`,
    next: 'Prüf das Kabel, und ob ein anderes Programm sie benutzt. Sie wird von selbst wieder geöffnet.',
  }),
  camera_broken: (t) => ({
    why: `Die Kamera schickt nur kaputte Bilder. ${said(t.detail)}`,
    next: 'Prüf das Kabel, oder wähl eine andere Kamera.',
  }),
  camera_none: () => ({
    why: 'Es ist keine Kamera angeschlossen.',
    next: 'Schließ eine an, oder nimm die Webcam des Browsers oder eine Netzwerkkamera.',
  }),
  camera_away: (t) => ({
    why: `Die Kamera ${t.id} ist nicht angeschlossen.`,
    next: 'Schließ sie an, oder wähl eine andere.',
  }),
  camera_denied: (t) => ({
    why: `Dixi darf ${t.name} nicht benutzen.`,
    next: 'Nimm den Benutzer, unter dem Dixi läuft, in die Gruppe video auf, `sudo usermod -aG video $USER`, und melde dich neu an. In einem Container reichst du das Gerät durch.',
  }),
  camera_in_use: (t) => ({
    why: `Ein anderes Programm benutzt ${t.name}.`,
    next: 'Schließ dieses Programm, etwa einen Browser oder eine Videokonferenz.',
  }),
  camera_gone: (t) => ({
    why: `${t.name} wurde abgezogen.`,
    next: 'Steck sie wieder an; das wird von selbst bemerkt.',
  }),
  camera_bus_full: (t) => ({
    why: `Für die Bilder von ${t.name} ist auf dem USB-Bus kein Platz.`,
    next: 'Steck sie an einen anderen Anschluss, oder nimm kleinere Bilder oder weniger davon.',
  }),
  camera_hangs: (t) => ({
    why: `Der Treiber von ${t.name} antwortet nicht.`,
    next: 'Zieh die Kamera ab und steck sie wieder an, oder wähl eine andere.',
  }),
  camera_unusable: (t) => ({
    why: `${t.name} ist nicht zu gebrauchen. ${said(t.detail)}`,
    next: 'Wähl eine andere Kamera.',
  }),
  webcam_awaited: () => ({
    why: 'Keine Seite schickt ihre Webcam.',
    next: 'Öffne diese Seite dort, wo die Webcam ist, wähl die Kamera des Browsers und erlaub sie.',
  }),
  network_slow: () => ({
    why: 'Die Netzwerkkamera antwortet nicht rechtzeitig.',
    next: 'Prüf, ob sie an ist und ob ihre Adresse stimmt.',
  }),
  network_nameless: () => ({
    why: 'Der Name der Netzwerkkamera führt zu keiner Adresse, die benutzt werden darf.',
    next: 'Prüf den Namen, oder nimm ihre IP-Adresse.',
  }),
  network_away: () => ({
    why: 'Die Netzwerkkamera ist unter ihrer Adresse nicht zu erreichen.',
    next: 'Prüf, ob sie an ist und ob Adresse und Port stimmen.',
  }),
  network_untrusted: () => ({
    why: 'Dem Zertifikat der Netzwerkkamera ist nicht zu trauen.',
    next: 'Nimm im eigenen Netz ihre `http://`-Adresse.',
  }),
  network_broke: () => ({ why: 'Die Netzwerkkamera hat die Verbindung beendet.' }),
  network_silent: () => ({
    why: 'Die Netzwerkkamera ist verbunden, schickt aber keine Bilder.',
  }),
  network_login: () => ({
    why: 'Die Netzwerkkamera will Namen und Passwort, oder andere als diese.',
    next: 'Schreib sie in die Adresse: `http://name:passwort@rechner/…`',
  }),
  network_digest: () => ({
    why: 'Die Netzwerkkamera verlangt Digest-Authentifizierung; die kann Dixi nicht.',
    next: 'Erlaub in den Einstellungen der Kamera die einfache Anmeldung (Basic).',
  }),
  network_forbidden: () => ({
    why: 'Die Netzwerkkamera lässt diesen Benutzer nicht herein.',
    next: 'Prüf seine Rechte in der Kamera.',
  }),
  network_answers: (t) => ({
    why: `Die Netzwerkkamera liefert kein Bild; sie antwortet mit ${t.status}.`,
    next: 'Sieh in ihrer Anleitung nach der MJPEG-Adresse.',
  }),
  network_no_pictures: () => ({
    why: 'Was von dieser Adresse kommt, ist kein MJPEG.',
    next: 'Sieh in der Anleitung der Kamera nach ihrer MJPEG- oder Einzelbild-Adresse.',
  }),
  file_unreadable: (t) => ({
    why: `${t.path} lässt sich nicht öffnen.`,
    next: 'Prüf den Pfad, und ob Dixis Benutzer ihn lesen darf.',
  }),
  file_empty: () => ({
    why: 'Darin sind keine Bilder.',
    next: 'Nimm eine MJPEG-, JPEG- oder PNG-Datei, oder einen Ordner mit JPEG- und PNG-Dateien.',
  }),
  models_loading: () => ({ why: 'Die Modelle werden geladen.' }),
  models_failed: (t) => ({
    why: `Die Modelle ließen sich nicht laden. ${said(t.detail)}`,
    next: 'Starte Dixi neu, und melde den Fehler, wenn er wiederkommt.',
  }),
  vision_fails: (t) => ({ why: `Bilder gehen verloren. ${said(t.detail)}` }),
  no_gpu_kernels: () => ({
    why: 'Dieses Programm ist ohne CUDA gebaut; `make cuda` baut eines mit.',
  }),
  gpu_unusable: (t) => ({ why: `Die GPU ist nicht zu gebrauchen. ${said(t.detail)}` }),
  gpu_lost: () => ({
    why: 'Die Netze laufen auf der CPU, obwohl sie vorher auf einer GPU liefen.',
    next: '`dixi doctor` sagt, was ihr fehlt. Ist sie für immer weg, stell `vision.device` auf `cpu`.',
  }),
  database_full: () => ({
    why: 'Die Platte ist voll, deshalb lässt sich nichts speichern.',
    next: 'Schaff Platz. Gespeichert wird dann von selbst wieder.',
  }),
  database_fails: (t) => ({
    why: `Es lässt sich nichts speichern. ${said(t.detail)}`,
    next: '`dixi doctor` sagt, was zu tun ist.',
  }),
  backup_fails: (t) => ({
    why: `Es konnte keine Sicherung gemacht werden. ${said(t.detail)}`,
    next: 'Innerhalb einer Stunde wird es wieder versucht.',
  }),
  backup_full: () => ({
    why: 'Für eine Sicherung war kein Platz.',
    next: 'Schaff Platz, oder stell einen anderen Ordner für Sicherungen ein. Innerhalb einer Stunde wird es wieder versucht.',
  }),
  disk_low: (t) => ({
    why: `${f.bytes(t.free_bytes)} sind frei, ${f.number(t.percent)}\u202f% der Platte.`,
    next: 'Schaff Platz, oder leg das Datenverzeichnis (`--data-dir`) auf eine größere Platte.',
  }),
  threads: (t) => ({
    why: [
      t.hang.length > 0 ? `Zu lange nichts gehört von: ${f.list(t.hang.map(named))}.` : '',
      t.ended.length > 0 ? `Nach zu vielen Fehlern beendet: ${f.list(t.ended.map(named))}.` : '',
    ]
      .filter(Boolean)
      .join(' '),
    next: 'Starte Dixi neu, und melde den Fehler, wenn er wiederkommt.',
  }),
  ollama_away: (t) => ({
    why: `Ollama antwortet nicht unter ${t.url}.`,
    next: 'Starte Ollama, oder stell `ollama.url` darauf ein, wo es ist.',
  }),
  restarts: (t) => ({
    why: `Dixi ist innerhalb einer Stunde ${f.number(t.times)}-mal gestartet, ohne beendet worden zu sein.`,
    next: 'Sieh im Protokoll nach, woran es lag: ein Absturz, zu wenig Arbeitsspeicher oder der Strom.',
  }),
  safe_mode: (t) => ({
    why: `Abgesicherter Betrieb, mit der Kamera aus. ${said(t.detail)}`,
    next: 'Berichtige die Datei auf der Seite Einstellungen, und starte Dixi neu.',
  }),
}
