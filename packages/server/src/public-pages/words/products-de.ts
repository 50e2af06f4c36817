import type { ProductWords } from './products-en.ts'

export const productsDe: ProductWords = {
  'nav.products': 'Produkte',
  'nav.product': 'Dieses Produkt',
  'nav.information': 'Informationen',
  'nav.downloads': 'Updates von Hand',
  'nav.declaration': 'Konformitätserklärung',

  'products.title': 'Produkte',
  'products.intro':
    'Was wir herstellen, bis wann es Sicherheitsupdates erhält und wo mehr darüber steht.',
  'products.none': 'Noch zeigt hier kein Produkt seine Informationen.',
  'products.support': 'Sicherheitsupdates bis Ende {month}',
  'products.supportOver': 'Die Sicherheitsupdates endeten Ende {month}',
  'products.supportUnknown': 'Bis wann es Sicherheitsupdates erhält, hat niemand gesagt',
  'products.news': 'Sicherheitsnachrichten per E-Mail',

  'downloads.title': 'Updates von Hand: {name}',
  'downloads.intro':
    'Geräte aktualisieren sich selbst. Wer ein Update zuerst ansehen oder von Hand zu einem Gerät bringen will, findet hier jede Version, die veröffentlicht und nicht zurückgezogen ist.',
  'downloads.none': 'Noch ist keine Version veröffentlicht.',
  'downloads.more': 'Ältere Versionen stehen hier nicht: Dies sind die neuesten {max}.',
  'downloads.newestFix': 'Neuestes Sicherheitsupdate',
  'downloads.kind.security': 'Sicherheitsupdate',
  'downloads.kind.functionality': 'Neue Funktionen',
  'downloads.kind.combined': 'Sicherheitsupdate mit neuen Funktionen',
  'downloads.released': 'Veröffentlicht',
  'downloads.file': 'Datei',
  'downloads.size': 'Größe',
  'downloads.fits': 'Passt zu',
  'downloads.fixes': 'Behebt',
  'downloads.advisories': 'Hinweise',
  'downloads.notes': 'Was neu ist',
  'downloads.download': '{version} herunterladen',
  'downloads.atServer': 'Die Datei selbst gehört nicht zu dieser Website. Sie liegt hier:',
  'downloads.sums': 'Alle Prüfsummen als Datei: SHA256SUMS',
  'downloads.verify': 'So prüfen Sie eine Datei',
  'downloads.verifyText':
    'Berechnen Sie ihre SHA-256-Prüfsumme und vergleichen Sie jedes Zeichen mit dem, was oben steht. Liegt die Datei SHA256SUMS neben der heruntergeladenen, tut es ein Befehl für Sie:',
  'downloads.verifyLinux': 'Linux',
  'downloads.verifyOne': 'Jedes System mit OpenSSL',
  'downloads.verifyWindows': 'Windows (PowerShell)',
  'downloads.worth':
    'Die Prüfsumme sagt, dass die Datei vollständig ankam. Dass sie von uns ist, prüft das Gerät selbst: Es installiert nichts, was unsere Schlüssel nicht signiert haben, auf welchem Weg es auch kam.',
  'downloads.install': 'So bringen Sie es auf ein Gerät',
  'downloads.installText':
    'Ein Gerät ohne Netz nimmt ein Update aus einem Bündel: einer Datei mit dem Update und allen Signaturen, die wir für Sie anfertigen. Fragen Sie uns danach, tragen Sie es zum Gerät und installieren Sie es dort:',
  'downloads.installAfter':
    'Was der Prüfung nicht standhält, wird abgelehnt, und das Gerät läuft weiter mit dem, was es hat.',
  'downloads.instructions': 'Die Anleitung für dieses Produkt',
  'downloads.instead': 'So kommen Updates',
  'downloads.insteadAutomatic':
    'Updates dieses Produkts gibt es hier nicht zum Herunterladen. Das Gerät holt sie selbst über eine verschlüsselte Verbindung, prüft unsere Unterschriften und installiert sie; misslingt ein Update, kehrt es zu dem zurück, was vorher lief.',
  'downloads.insteadAsked':
    'Updates dieses Produkts gibt es hier nicht zum Herunterladen. Das Gerät holt sie selbst über eine verschlüsselte Verbindung, prüft unsere Unterschriften und installiert sie, wenn sein Besitzer zustimmt; misslingt ein Update, kehrt es zu dem zurück, was vorher lief.',

  'declaration.title': 'EU-Konformitätserklärung: {name}',
  'declaration.intro':
    'Wie sie für den Hersteller unterschrieben wurde (Verordnung (EU) 2024/2847, Anhang V).',
  'declaration.signature': 'Unterschrift',
  'declaration.number': 'Nummer',
  'declaration.signer': 'Unterschrieben von',
  'declaration.function': 'Funktion',
  'declaration.place': 'Ort',
  'declaration.date': 'Datum',
  'declaration.files': 'Als Datei',
  'declaration.pdf': 'Das unterschriebene Dokument (PDF)',
  'declaration.text': 'Der Text (Textdatei)',
  'declaration.simplified': 'Vereinfachte Erklärung',
  'declaration.simplifiedText':
    'Sie liegt dem Produkt bei, wo der vollständige Text nicht beiliegt (Anhang VI):',

  'static.report':
    'Dies ist eine Kopie unserer Seiten ohne Formular. Schreiben Sie an eine dieser Adressen, die bevorzugte zuerst:',
}
