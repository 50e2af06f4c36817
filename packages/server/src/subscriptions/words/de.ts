import type { MailCatalogue } from './en.ts'

export const de: MailCatalogue = {
  'confirm.subject': 'Bitte bestätigen: Nachrichten zu {product} per E-Mail',
  'confirm.text': `Jemand, vermutlich Sie, hat gebeten, dass diese Adresse von Sicherheitsupdates für {product}{device} erfährt.

Öffnen Sie zum Bestätigen innerhalb von 24 Stunden diese Adresse und drücken Sie den Knopf:
{link}

Waren Sie es nicht, tun Sie nichts: Die Adresse wird nach einem Tag gelöscht, und es kommt keine weitere Nachricht.`,
  'of.device': ' (Gerät {device})',
  'update.subject': 'Sicherheitsupdate {version} für {product}',
  'update.text': `Für {product}{device} gibt es ein Sicherheitsupdate: Version {version}.
{summary}
Die meisten Geräte installieren es von selbst. Wo der Besitzer entscheidet, {postpone}

Was Sie tun sollten: Lassen Sie das Gerät eingeschaltet und verbunden, und lassen Sie es das Update installieren.`,
  'update.now': 'kann es nicht aufgeschoben werden.',
  'update.upTo': 'kann es insgesamt um {time} aufgeschoben werden.',
  'update.until': 'kann es bis {when} aufgeschoben werden.',
  'support.subject': 'Sicherheitsupdates für {product} enden {in}',
  'support.subjectOver': 'Keine Sicherheitsupdates mehr für {product}',
  'support.text': `Die Unterstützung des Herstellers für {product} endet mit {month}: {in}. Bis dahin gibt es Sicherheitsupdates, danach keine mehr.

Was Sie tun sollten: Planen Sie, das Gerät zu ersetzen oder es von da an ohne Netz zu betreiben.`,
  'support.textOver': `Die Unterstützung des Herstellers für {product} endete mit {month}. Es gibt keine Sicherheitsupdates mehr; neue Schwachstellen bleiben offen.

Was Sie tun sollten: Ersetzen Sie das Gerät oder nehmen Sie es vom Netz. Früher veröffentlichte Updates lassen sich weiterhin installieren.`,
  'support.months': 'in {count} Monaten',
  'support.month': 'in einem Monat',
  'advisory.subject': 'Sicherheitshinweis zu {product}: {title}',
  'advisory.text': `Es gibt einen neuen Sicherheitshinweis zu {product}: {title} ({advisory}).

Was betroffen ist und was zu tun ist:
{url}`,
  'advisory.textUpdated': `Der Sicherheitshinweis {advisory} zu {product} wurde geändert: {title}.

Was betroffen ist und was zu tun ist:
{url}`,
  'notice.subject': 'Wichtig für Ihre Sicherheit: {product}',
  'notice.versions': 'Es geht um {product} mit Version {list}.\n\n',
  end: `--
Sie bekommen diese Nachricht, weil diese Adresse Nachrichten zu {product} bestellt hat.
Abbestellen: {link}`,
  'time.days': '{count} Tage',
  'time.day': 'einen Tag',
  'time.hours': '{count} Stunden',
}
