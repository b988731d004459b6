/**
 * What each setting is called and does, in German. The box says it in English. Loaded with the settings
 * page only; a test fails when a setting is missing here.
 */
export const texts: Record<string, readonly [label: string, doc: string]> = {
  'camera.source': [
    'Quelle',
    'Welche Kamera: `auto` (die erste, die da ist, sonst die Vorführhand), `demo`, `browser`, `v4l2:<id>` (siehe `dixi doctor` oder die Kameraauswahl), eine MJPEG-Adresse mit `http(s)://` oder `file:<Pfad>` einer MJPEG- oder Bilddatei oder eines Ordners.',
  ],
  'camera.width_px': ['Breite', 'Bildbreite, die von einer V4L2-Kamera verlangt wird, in Pixeln.'],
  'camera.height_px': ['Höhe', 'Bildhöhe, die von einer V4L2-Kamera verlangt wird, in Pixeln.'],
  'camera.rate_fps': [
    'Bildrate',
    'Bilder pro Sekunde, die von einer V4L2-Kamera verlangt werden und mit denen eine Datei abgespielt wird.',
  ],
  'camera.file_paced': [
    'Datei im Takt',
    'Eine Datei mit ihrer eigenen Bildrate abspielen; aus heißt: so schnell es geht.',
  ],
  'camera.paused': ['Pause', 'Die Kamera macht Pause: Es wird kein Bild aufgenommen.'],
  'camera.hours': [
    'Zeiten',
    'Wann die Kamera sehen darf, in der Ortszeit der Box, geschrieben wie Öffnungszeiten bei OpenStreetMap: `Mo-Fr 08:00-18:00; Sa 10:00-14:00`. Außerhalb ist sie aus, bis jemand sie weitermachen lässt. Leer: immer.',
  ],
  'camera.stall_ms': [
    'Geduld bei Stille',
    'Liefert eine Quelle so lange kein Bild, wird sie neu geöffnet, in Millisekunden.',
  ],
  'camera.backoff_min_ms': [
    'Kürzeste Wartezeit',
    'Erste Wartezeit, bevor eine gestörte Quelle neu geöffnet wird, in Millisekunden; verdoppelt sich jedes Mal.',
  ],
  'camera.backoff_max_ms': [
    'Längste Wartezeit',
    'Längste Wartezeit, bevor eine gestörte Quelle neu geöffnet wird, in Millisekunden.',
  ],
  'vision.model': [
    'Modell',
    'Die Modelle: `full` ist genauer, `lite` schneller (bei MediaPipe `model_complexity` 1 und 0).',
  ],
  'vision.device': [
    'Rechenwerk',
    'Wo die Netze laufen: auf der GPU, auf der CPU, oder auf der GPU, wenn es eine gibt.',
  ],
  'vision.num_hands': ['Hände', 'So viele Hände werden höchstens zugleich verfolgt.'],
  'vision.min_hand_detection_confidence': [
    'Sicherheit beim Finden',
    'Ab dieser Sicherheit gilt eine Handfläche als gefunden, 0 bis 1.',
  ],
  'vision.min_hand_presence_confidence': [
    'Sicherheit beim Behalten',
    'Unter dieser Sicherheit wird eine Hand aufgegeben, 0 bis 1.',
  ],
  'vision.min_tracking_confidence': [
    'Überdeckung',
    'Überdecken sich eine gefundene und eine verfolgte Hand mehr als so (IoU), sind sie dieselbe, 0 bis 1.',
  ],
  'vision.search_interval_ms': [
    'Suchabstand',
    'Wird eine Hand verfolgt und ist noch Platz für eine weitere, wird so oft nach ihr gesucht, in Millisekunden. 0 sucht in jedem Bild, wie MediaPipe.',
  ],
  'gesture.hold_ms': [
    'Haltezeit',
    'So lange muss eine Form zu sehen sein, damit sie beginnt, in Millisekunden.',
  ],
  'gesture.release_ms': [
    'Loslasszeit',
    'So lange muss eine Geste weg sein, damit sie endet, in Millisekunden.',
  ],
  'gesture.cooldown_ms': [
    'Pause nach Bewegungen',
    'So lange beginnt dieselbe Bewegung nicht wieder, in Millisekunden.',
  ],
  'gesture.shape_cooldown_ms': [
    'Pause nach Formen',
    'So lange nach ihrem Ende beginnt dieselbe Form nicht wieder, in Millisekunden.',
  ],
  'gesture.linger_ms': [
    'Nachklang',
    'Eine Bewegung, die sofort vorbei ist (Wischen, Klatschen), wird so lange als andauernd gezeigt, in Millisekunden.',
  ],
  'gesture.grace_ms': [
    'Nachsicht',
    'So lange darf eine Hand verschwinden, ohne dass endet, was sie tut, in Millisekunden.',
  ],
  'gesture.shape_smooth_ms': [
    'Glättung der Formen',
    'Über etwa diese Zeit werden Formen gegen Flackern gemittelt, in Millisekunden. 0 nimmt jedes Bild, wie es ist.',
  ],
  'gesture.enter_confidence': [
    'Sicherheit zum Beginn',
    'Ab dieser Sicherheit wird eine Form benannt, 0 bis 1.',
  ],
  'gesture.keep_confidence': [
    'Sicherheit zum Bleiben',
    'Unter dieser Sicherheit wird eine benannte Form aufgegeben, 0 bis 1; kleiner als `enter_confidence`.',
  ],
  'gesture.finger_out_ratio': [
    'Finger gestreckt',
    'Ein Finger ist gestreckt, wenn seine Spitze so viel Mal so weit vom Handgelenk weg ist wie sein mittleres Gelenk.',
  ],
  'gesture.thumb_out': [
    'Daumen abgespreizt',
    'Von da an ist der Daumen abgespreizt; angelegt sind etwa -1, weit abgespreizt über 1.',
  ],
  'gesture.thumb_web_ratio': [
    'Daumenabstand der offenen Hand',
    'So weit sind bei offener Hand Daumen- und Zeigefingerspitze mindestens auseinander, in Handgrößen.',
  ],
  'gesture.pinch_on_ratio': [
    'Kneifen beginnt',
    'Daumen und Zeigefinger kneifen, wenn ihre Spitzen so nah beieinander sind, in Handgrößen.',
  ],
  'gesture.pinch_off_ratio': [
    'Kneifen endet',
    'Das Kneifen endet, wenn die Spitzen so weit auseinander sind, in Handgrößen; mehr als `pinch_on_ratio`.',
  ],
  'gesture.victory_spread_deg': [
    'Spreizung für Victory',
    'Kleinster Winkel zwischen Zeige- und Mittelfinger für Victory, in Grad.',
  ],
  'gesture.pointing_up_within_deg': [
    'Finger hoch, Winkel',
    'Der Zeigefinger zeigt nach oben, wenn er um höchstens so viel von der Senkrechten abweicht, in Grad.',
  ],
  'gesture.thumb_within_deg': [
    'Daumen hoch und runter, Winkel',
    'Der Daumen zeigt nach oben oder unten, wenn er um höchstens so viel von der Senkrechten abweicht, in Grad.',
  ],
  'gesture.pointer_cutoff_hz': [
    'Ruhe des Zeigers',
    'Wie stark ein ruhender Zeiger geglättet wird: kleinste Grenzfrequenz des One-Euro-Filters, in Hertz. Kleiner ist ruhiger.',
  ],
  'gesture.pointer_beta': [
    'Flinkheit des Zeigers',
    'Um wie viel weniger ein bewegter Zeiger geglättet wird: Hertz je Handgröße pro Sekunde.',
  ],
  'gesture.pointer_speed_cutoff_hz': [
    'Tempomessung des Zeigers',
    'Wie schnell das Tempo des Zeigers gemessen wird: Grenzfrequenz des Filters für das Tempo, in Hertz.',
  ],
  'gesture.swipe_distance_ratio': [
    'Wischen, Weg',
    'So weit geht ein Wischen mindestens, in Handgrößen (Handgelenk bis Knöchel).',
  ],
  'gesture.swipe_speed_ratio_per_s': [
    'Wischen, Tempo',
    'So schnell ist ein Wischen an seiner schnellsten Stelle mindestens, in Handgrößen pro Sekunde.',
  ],
  'gesture.swipe_max_ms': [
    'Wischen, Dauer',
    'So lange dauert ein Wischen höchstens, in Millisekunden.',
  ],
  'gesture.swipe_within_deg': [
    'Wischen, Winkel',
    'Ein Wischen weicht um höchstens so viel von der Waagerechten oder Senkrechten ab, in Grad.',
  ],
  'gesture.swipe_settle_ms': [
    'Wischen, Ruhe danach',
    'Nach dem Wischen ruht die Hand so lange, bevor es zählt, in Millisekunden.',
  ],
  'gesture.swipe_return_ms': [
    'Wischen, Rückweg',
    'So lange nach einem Wischen gilt der Rückweg nicht als eines, in Millisekunden.',
  ],
  'gesture.wave_amplitude_ratio': [
    'Winken, Weite',
    'Jeder Schwung eines Winkens ist an den Fingerspitzen mindestens so weit, in Handgrößen.',
  ],
  'gesture.wave_turns': ['Winken, Wenden', 'Eine Hand winkt, wenn sie so oft umgekehrt ist.'],
  'gesture.wave_stroke_max_ms': [
    'Winken, Dauer',
    'Jeder Schwung eines Winkens dauert höchstens so lange, in Millisekunden.',
  ],
  'gesture.circle_radius_ratio': [
    'Kreis, Radius',
    'So groß ist der Radius eines Kreises mindestens, in Handgrößen.',
  ],
  'gesture.circle_turn_deg': [
    'Kreis, Drehung',
    'Von so viel Drehung an ist es ein Kreis, in Grad.',
  ],
  'gesture.circle_max_ms': [
    'Kreis, Dauer',
    'Eine Runde eines Kreises dauert höchstens so lange, in Millisekunden.',
  ],
  'gesture.double_pinch_max_ms': [
    'Doppelt kneifen, Dauer',
    'Von der ersten bis zur zweiten Berührung vergeht höchstens so viel Zeit, in Millisekunden.',
  ],
  'gesture.grab_max_ms': [
    'Zugreifen, Dauer',
    'In dieser Zeit schließt sich eine offene Hand oder öffnet sich eine Faust, in Millisekunden.',
  ],
  'gesture.zoom_ratio': [
    'Aufziehen',
    'Zwei kneifende Hände ziehen auf oder zusammen, wenn ihr Abstand so viel Mal größer oder kleiner geworden ist.',
  ],
  'gesture.rotate_deg': [
    'Drehen',
    'Zwei kneifende Hände drehen, wenn sich die Linie zwischen ihnen so weit gedreht hat, in Grad.',
  ],
  'gesture.clap_gap_ratio': [
    'Klatschen, Nähe',
    'So nah kommen sich klatschende Hände mindestens, von Handfläche zu Handfläche, in Handgrößen.',
  ],
  'gesture.clap_speed_ratio_per_s': [
    'Klatschen, Tempo',
    'So schnell nähern sich klatschende Hände mindestens, in Handgrößen pro Sekunde.',
  ],
  'gesture.stretch_gain_ratio': [
    'Strecken, Weg',
    'So viel weiter gehen streckende Hände mindestens auseinander, in Handgrößen.',
  ],
  'gesture.stretch_max_ms': [
    'Strecken, Dauer',
    'Ein Strecken dauert höchstens so lange, in Millisekunden.',
  ],
  'canvas.arming': [
    'Handsteuerung erst einschalten',
    'Hände bewirken nichts, bis jemand die Handsteuerung einschaltet, auf der Seite oder mit einer Geste, die mit `arm` belegt ist.',
  ],
  'canvas.disarm_after_s': [
    'Handsteuerung endet nach',
    'Die Handsteuerung geht aus, wenn so lange keine Hand zu sehen war, in Sekunden. 0 lässt sie an.',
  ],
  'canvas.dry_run': ['Probelauf', 'Gesten sagen nur, was sie tun würden.'],
  'canvas.dwell_ms': [
    'Verweilen wählt aus',
    'Ruht ein Zeiger so lange auf einem Objekt, ist es ausgewählt, in Millisekunden. 0 tut es nie.',
  ],
  'canvas.reach_ratio': [
    'Reichweite',
    'Ein Zeiger erreicht Objekte, die er um höchstens so viel verfehlt, in Breiten der Leinwand.',
  ],
  'canvas.snap_units': [
    'Raster',
    'Was abgelegt wird, rastet auf einem Gitter dieser Weite ein, in Einheiten der Szene (die Bühne ist 16 breit). 0 lässt es liegen, wo es ist.',
  ],
  'canvas.pointer_cutoff_hz': [
    'Ruhe des Zeigers',
    'Wie stark ein ruhender Zeiger auf der Leinwand geglättet wird: kleinste Grenzfrequenz des One-Euro-Filters, in Hertz. Kleiner ist ruhiger.',
  ],
  'canvas.pointer_beta': [
    'Flinkheit des Zeigers',
    'Um wie viel weniger ein bewegter Zeiger geglättet wird: Hertz je Breite der Leinwand pro Sekunde.',
  ],
  'canvas.depth_units': [
    'Tiefe',
    'Bewegt sich eine Hand, die etwas hält, näher oder weiter weg, geht es mit in die Tiefe: so viele Einheiten der Szene bei doppelter Größe im Bild. 0 behält die Tiefe.',
  ],
  'canvas.undo_steps': ['Schritte zurück', 'Je Szene werden so viele Schritte aufgehoben.'],
  'view.mirrored': [
    'Gespiegelt',
    'Das Bild wie in einem Spiegel zeigen. Daten werden nie gespiegelt.',
  ],
  'view.jpeg_quality_percent': [
    'JPEG-Güte',
    'Güte des Livebilds, wo Dixi das JPEG selbst macht, in Prozent.',
  ],
  'view.max_viewers': ['Zuschauer', 'So viele sehen das Livebild höchstens zugleich.'],
  'server.listen': [
    'Adresse',
    'Adresse und Port, unter denen Dixi zu erreichen ist. Port 0 nimmt einen freien.',
  ],
  'server.allowed_hosts': [
    'Erlaubte Namen',
    'Weitere Rechnernamen, unter denen diese Box erreicht werden darf, mit Komma getrennt.',
  ],
  'server.allow_lan': [
    'Im Netz erreichbar',
    'Eine Adresse erlauben, die andere Rechner erreichen. Herein kommen sie nur über TLS und mit Anmeldung.',
  ],
  'server.tls_cert': [
    'Zertifikat',
    'Dein eigenes Zertifikat für TLS: eine PEM-Datei, samt denen, die zu seiner Wurzel führen. Ohne eins macht Dixi sich selbst eins, wo andere Rechner es erreichen.',
  ],
  'server.tls_key': ['Schlüssel des Zertifikats', 'Der private Schlüssel dazu: eine PEM-Datei.'],
  'server.security_contact': [
    'Kontakt für Sicherheitslücken',
    'Wohin jemand schreiben kann, der eine Schwachstelle dieser Box findet: eine E-Mail-Adresse oder eine Seite mit `https://`. Steht unter `/.well-known/security.txt` für alle, die die Box erreichen.',
  ],
  'server.open_loopback': [
    'Offen für diesen Rechner',
    'Wer an diesem Rechner sitzt, darf ohne Anmeldung alles. Gilt nur für Loopback-Adressen und nicht hinter einem Proxy.',
  ],
  'ui.box_name': [
    'Name der Box',
    'Wie diese Box heißt. Steht oben auf ihren Seiten und im Titel des Fensters.',
  ],
  'ui.owner_name': [
    'Wer sich kümmert',
    'Wer sich um diese Box kümmert, damit andere wissen, wen sie fragen können.',
  ],
  'ui.welcomed': [
    'Begrüßt',
    'Jemand ist durch die Begrüßung gegangen oder hat sie übersprungen. Aus zeigt sie noch einmal.',
  ],
  'ollama.url': [
    'Adresse',
    'Wo Ollama antwortet: eine Adresse mit `http` oder `https`, oder mehrere, durch Kommas getrennt.',
  ],
  'ollama.listen': [
    'Eigener Anschluss',
    'Adresse und Port, unter denen Programme im Netz Ollama über diese Box finden, als wäre sie selbst Ollama, etwa `127.0.0.1:11435`. Sie kommen mit einem Token herein. Leer lauscht nirgends; unter `/ollama/` ist es immer da.',
  ],
  'ollama.registries': [
    'Weitere Verzeichnisse',
    'Verzeichnisse neben dem von Ollama, deren Modelle benutzt und geholt werden dürfen, durch Kommas getrennt, etwa `hf.co`.',
  ],
  'ollama.models_folder': [
    'Ordner der Modelle',
    'Der Ordner, in dem Ollama seine Modelle hat, wenn es auf diesem Rechner läuft: bevor eines geholt wird, schaut Dixi, ob die Festplatte groß genug ist. Leer schaut dort nach, wo Ollama sie von sich aus hat.',
  ],
  'ollama.usage_keep_days': [
    'Nutzung aufbewahren in Tagen',
    'So lange ist bekannt, wer welches Modell benutzt hat.',
  ],
  'ollama.usage_max_rows': [
    'Höchstens so viele Anfragen',
    'Von höchstens so vielen Anfragen ist das bekannt; die ältesten gehen zuerst. 100.000 brauchen etwa 20 MB.',
  ],
  'chat.model': [
    'Modell',
    'Das Modell für Fragen, die Hände stellen, und für Unterhaltungen, die keines nennen. Leer: das erste, das es kann.',
  ],
  'chat.about_prompt': [
    'Frage nach einem Ding',
    'Was nach einem Ding gefragt wird, auf das jemand zeigt.',
  ],
  'chat.look_prompt': [
    'Frage nach dem Bild',
    'Was gefragt wird, wenn es um nichts Bestimmtes geht: Das Bild der Kamera geht mit.',
  ],
  'watch.enabled': [
    'Zusehen',
    'Immer wieder hinsehen. Was das Modell sieht, steht in der Unterhaltung „Watching“, für alle, die chatten dürfen.',
  ],
  'watch.every_s': ['Abstand', 'Wie oft, in Sekunden.'],
  'watch.on_change': [
    'Nur bei Änderung',
    'Nur hinsehen, wenn sich das Bild seit dem letzten Mal deutlich verändert hat.',
  ],
  'watch.change_percent': [
    'Deutliche Änderung',
    'Was eine deutliche Änderung ist: der mittlere Unterschied der Bilder, in Prozent der Helligkeit.',
  ],
  'watch.per_hour': ['Höchstens pro Stunde', 'So oft sieht das Modell höchstens hin, pro Stunde.'],
  'watch.prompt': ['Frage', 'Was das Modell jedes Mal gefragt wird.'],
  'watch.model': ['Modell', 'Das Modell. Leer: das erste, das Bilder nimmt.'],
  'backup.enabled': [
    'Sicherungen',
    'Jede Stunde eine Sicherung; 24 stündliche, 7 tägliche, 4 wöchentliche und 12 monatliche bleiben.',
  ],
  'backup.folder': [
    'Ordner',
    'Der Ordner für Sicherungen; leer ist `backups` neben der Datenbank. Eine andere Festplatte ist besser.',
  ],
  'backup.passphrase': [
    'Passphrase',
    'Versiegelt die Schlüssel in Sicherungen: geheime Einstellungen und den Schlüssel von Dixis eigenem Zertifikat. Ohne sie stehen diese in keiner Sicherung. Schreib sie auf: Ohne sie kann niemand sie öffnen.',
  ],
  'backup.s3_endpoint': [
    'S3: Adresse',
    'Ein S3-kompatibler Speicher, an den alle Sicherungen außerdem gehen: seine Adresse mit `http` oder `https`. Leer wird nichts gesendet.',
  ],
  'backup.s3_bucket': ['S3: Bucket', 'Der Bucket dort.'],
  'backup.s3_region': [
    'S3: Region',
    'Die Region des Speichers. Viele, die nicht von Amazon sind, nehmen jede.',
  ],
  'backup.s3_folder': [
    'S3: Ordner',
    'Der Ordner im Bucket, für jede Box ein eigener. Leer ist keiner.',
  ],
  'backup.s3_access_key': [
    'S3: Zugangsschlüssel',
    'Wer Dixi dort ist: der Name des Zugangsschlüssels.',
  ],
  'backup.s3_secret_key': ['S3: Geheimnis', 'Das Geheimnis des Zugangsschlüssels.'],
  'audit.keep_days': ['Aufbewahrung in Tagen', 'Ältere Zeilen werden entfernt.'],
  'audit.max_rows': [
    'Höchste Zahl der Zeilen',
    'Sind es mehr, gehen die ältesten zuerst. 100.000 brauchen etwa 40 MB.',
  ],
  'alert.webhook_url': [
    'Webhook',
    'Eine Adresse mit `http` oder `https`, an die jede Warnung als JSON geht. Leer sendet nichts.',
  ],
  'alert.webhook_key': [
    'Schlüssel des Webhooks',
    'Damit wird unterschrieben, was der Webhook bekommt (HMAC-SHA256), so dass der Empfänger weiß, dass es von dieser Box kommt: `whsec_` mit Base64 oder ein beliebiger Text. Leer unterschreibt nichts.',
  ],
  'alert.ntfy_url': [
    'ntfy',
    'Die Adresse eines Themas bei ntfy, wie `https://ntfy.sh/dein-thema`. Leer sendet nichts.',
  ],
  'alert.ntfy_token': [
    'Zugangsschlüssel für ntfy',
    'Ein Zugangsschlüssel (access token) dieses ntfy-Servers, wenn das Thema einen verlangt.',
  ],
  'trace.endpoint': [
    'Adresse des Sammlers',
    'Wohin verfolgte Abläufe gehen, als OTLP über HTTP: eine Adresse mit `http` oder `https` wie `http://127.0.0.1:4318`; nennt sie keinen Pfad, kommt `/v1/traces` dazu. Leer sendet nichts.',
  ],
  'trace.sample_percent': [
    'Anteil',
    'Von wie vielen Anfragen und anderen Arbeiten der ganze Ablauf gesendet wird, in Prozent.',
  ],
  'log.level': [
    'Ausführlichkeit',
    'Wie viel gemeldet wird: `error`, `warn`, `info`, `debug`, `trace`, oder je Teil, wie in `info,dixi::camera=debug`.',
  ],
  'log.files': [
    'Dateien',
    'Dateien in `logs` im Datenverzeichnis, höchstens fünf mit je 5 MB: `auto` schreibt sie, wenn nicht das Journal von systemd die Meldungen aufnimmt; `always` immer, `never` nie.',
  ],
  'log.format': ['Format', 'Wie gemeldet wird: `text` für Menschen, `json` für Programme.'],
}
