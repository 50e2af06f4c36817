import type { Words } from './en.ts'

export const de: Words = {
  'page.skip': 'Zum Inhalt',
  'page.language': 'Sprache',
  'page.nav': 'Produkte und Sicherheit',
  'page.title': '{title} – {organisation}',
  'page.nobody': 'Sicherheit',
  'nav.policy': 'Richtlinie',
  'nav.advisories': 'Hinweise',
  'nav.report': 'Schwachstelle melden',
  'nav.follow': 'Ihre Meldung',
  'nav.thanks': 'Dank',

  'advisories.title': 'Sicherheitshinweise',
  'advisories.intro':
    'Was wir über Schwachstellen in unseren Produkten wissen, was sie für Sie bedeuten und was Sie tun sollen.',
  'advisories.none': 'Es gibt keinen Hinweis.',
  'advisories.feed': 'Als Atom-Feed verfolgen',
  'advisories.id': 'Hinweis',
  'advisories.product': 'Produkt',
  'advisories.severity': 'Schweregrad',
  'advisories.published': 'Veröffentlicht',
  'advisories.updated': 'Geändert',
  'advisories.change': 'Was neu ist',
  'advisories.machine': 'Für Programme',
  'advisories.summary': 'Worum es geht',
  'advisories.action': 'Was Sie tun sollen',
  'advisories.impact': 'Was es bedeutet',
  'advisories.affected': 'Betroffen',
  'advisories.fixed': 'Behoben in',
  'advisories.notFixed': 'Noch nicht behoben.',
  'advisories.component': 'In',
  'advisories.aliases': 'Auch bekannt als',
  'advisories.exploited': 'Sie wird aktiv ausgenutzt.',
  'advisories.credits': 'Wir danken',
  'advisories.references': 'Mehr dazu',
  'advisories.withdrawn': 'Dieser Hinweis ist zurückgezogen: Er gilt nicht mehr.',
  'rating.critical': 'kritisch',
  'rating.high': 'hoch',
  'rating.medium': 'mittel',
  'rating.low': 'niedrig',
  'rating.none': 'keiner',

  'policy.title': 'Koordinierte Offenlegung von Schwachstellen',
  'policy.intro':
    'Sie haben eine Schwachstelle in einem unserer Produkte oder Dienste gefunden? Bitte sagen Sie es uns. Wir lesen jede Meldung, von wem auch immer sie kommt, und halten Sie auf dem Laufenden.',
  'policy.contact': 'So erreichen Sie uns',
  'policy.form':
    'Mit dem Formular auf diesem Server: verschlüsselt auf dem Weg, und anonym, wenn Sie mögen.',
  'policy.person': 'Unter diesen Adressen erreichen Sie Menschen, die liebste zuerst:',
  'policy.key': 'Verschlüsseln Sie Heikles mit unserem OpenPGP-Schlüssel',
  'policy.languages': 'Wir lesen: {languages}.',
  'policy.scope': 'Worum es geht',
  'policy.scopeText':
    'Um alle unsere Produkte, die noch Sicherheitsupdates bekommen, um ihre Updates und die Server, die sie ausliefern. Bitte prüfen Sie keine Geräte, die Ihnen nicht gehören, keine Dienste, auf die andere gerade angewiesen sind, und keine Menschen.',
  'policy.promise': 'Was wir versprechen',
  'policy.acknowledge': 'Wir bestätigen innerhalb von {time}, dass Ihre Meldung angekommen ist.',
  'policy.assess': 'Wir sagen Ihnen innerhalb von {time}, wie wir sie einschätzen.',
  'policy.inform':
    'Wir halten Sie auf dem Laufenden, bis die Schwachstelle behoben ist, und beantworten Ihre Fragen.',
  'policy.credit':
    'Wir danken Ihnen namentlich, wenn Sie das möchten, sobald die Korrektur veröffentlicht ist.',
  'policy.bountyYes':
    'Wir zahlen Belohnungen; fragen Sie nach den Bedingungen, bevor Sie damit rechnen.',
  'policy.bountyNo': 'Wir zahlen keine Belohnungen.',
  'policy.ask': 'Worum wir Sie bitten',
  'policy.askText':
    'Veröffentlichen Sie bitte nichts vor Ablauf von {time}, und später, wenn wir Ihnen zeigen, warum es nötig ist. Sehen Sie nicht mehr Daten an, als Sie zum Beweis brauchen, verändern und behalten Sie keine, und stören Sie niemanden.',
  'policy.harbour': 'Keine rechtlichen Schritte',
  'policy.harbourText':
    'Wer in gutem Glauben handelt und sich an diese Seite hält, tut es mit unserer Erlaubnis: Wir gehen nicht rechtlich gegen ihn vor und sagen das auch, wenn andere es tun. Was das Gesetz verbietet, können wir nicht erlauben.',
  'policy.after': 'Was mit Ihrer Meldung geschieht',
  'policy.afterText':
    'Wir speichern, was Sie senden, nur zur Bearbeitung, und nichts über die Verbindung, über die es kam. Aktiv ausgenutzte Schwachstellen melden wir den Behörden, wie das Gesetz es verlangt, ohne Ihren Namen, wenn Sie nicht zustimmen.',
  'policy.more': 'Die ganze Richtlinie',
  'policy.machine': 'Für Programme: security.txt',
  'time.hours': '{count} Stunden',
  'time.days': '{count} Tagen',

  'report.title': 'Schwachstelle melden',
  'report.intro':
    'Nur was als erforderlich bezeichnet ist, muss ausgefüllt werden. Ohne Namen und Adresse ist Ihre Meldung anonym: Verfolgen Sie sie dann mit dem Code, den Sie erhalten.',
  'report.required': 'erforderlich',
  'report.what': 'Die Schwachstelle',
  'report.titleField': 'In einer Zeile',
  'report.text': 'Worin sie besteht, wie man sie zeigt und wozu sie führt',
  'report.textHint': 'Nur Text, höchstens {max} Zeichen.',
  'report.encrypted': 'Sie können Text einfügen, der mit unserem Schlüssel verschlüsselt ist.',
  'report.affected': 'Produkt oder Dienst',
  'report.version': 'Version',
  'report.you': 'Sie',
  'report.reporter': 'Name',
  'report.contact': 'E-Mail oder ein anderer Weg zu Ihnen',
  'report.creditName': 'Name, unter dem wir Ihnen öffentlich danken dürfen',
  'report.creditHint':
    'Lassen Sie das Feld leer, werden Sie nirgends genannt. Sie können es sich später anders überlegen.',
  'report.mail': 'Sagen Sie mir per E-Mail, wenn es mit der Meldung weitergeht',
  'report.mailHint':
    'Geben Sie oben Ihre E-Mail-Adresse an. In den E-Mails stehen das Aktenzeichen und ein Link, nichts von dem, was Sie geschrieben haben; beenden können Sie sie auf der Seite der Meldung.',
  'follow.mails': 'Sie hören per E-Mail, wenn es mit dieser Meldung weitergeht.',
  'follow.endMails': 'Keine E-Mails mehr',
  'mail.subject': 'Ihre Meldung {reference}',
  'mail.text': `Mit Ihrer Meldung {reference} geht es weiter.

{state}

Weiterlesen und antworten können Sie mit Ihrem Code:
{link}

Sie haben um diese E-Mails gebeten, als Sie die Meldung gesendet haben; beenden können Sie sie auf dieser Seite. Es kommen höchstens {max} am Tag. Wenn Sie nichts gemeldet haben, sagen Sie es uns: {contact}`,
  'mail.state': 'Stand: {state}.',
  'mail.confidential':
    'Wie es steht, lesen Sie auf der Seite unten. Solange die Meldung vertraulich ist, steht es in keiner E-Mail.',
  'report.submit': 'Meldung senden',

  'field.empty': 'Das muss ausgefüllt werden.',
  'field.tooLong': 'Das ist zu lang: höchstens {max} Zeichen.',
  'field.code': 'Keine Meldung hat diesen Code.',

  'sent.title': 'Ihre Meldung ist angekommen',
  'sent.reference': 'Kennung',
  'sent.code': 'Code zum Verfolgen',
  'sent.codeHint':
    'Schreiben Sie den Code jetzt auf: Er wird einmal gezeigt und kann nicht noch einmal ausgegeben werden. Wer ihn hat, liest den Stand Ihrer Meldung und schreibt uns in Ihrem Namen.',
  'sent.next': 'Wir bestätigen bis {when}. Was wir antworten, steht auf der Seite „Ihre Meldung“.',
  'sent.reload': 'Laden Sie diese Seite nicht neu: Das würde Ihre Meldung ein zweites Mal senden.',

  'follow.title': 'Ihre Meldung',
  'follow.intro': 'Geben Sie den Code ein, den Sie beim Senden der Meldung erhalten haben.',
  'follow.submit': 'Zeigen',
  'follow.state': 'Stand',
  'follow.history': 'Was geschehen ist',
  'follow.by': 'Wir',
  'follow.you': 'Sie',
  'follow.add': 'Ihre Nachricht',
  'follow.send': 'Senden',
  'follow.sent': 'Ihre Nachricht ist angekommen.',

  'state.received': 'eingegangen',
  'state.acknowledged': 'bestätigt, wir prüfen sie',
  'state.confirmed': 'als Schwachstelle anerkannt',
  'state.duplicate': 'schon aus einer anderen Meldung bekannt',
  'state.invalid': 'nach unserer Einsicht keine Schwachstelle',
  'state.fixing': 'eine Korrektur wird erarbeitet',
  'state.fixed': 'behoben, noch nicht veröffentlicht',
  'state.published': 'veröffentlicht',
  'state.closed': 'abgeschlossen',

  'thanks.title': 'Dank',
  'thanks.intro': 'Sie haben etwas gefunden und es uns gesagt, bevor sie es anderen sagten:',
  'thanks.none': 'Noch niemand.',

  'error.title': 'Das hat nicht geklappt',
  'error.code': 'Code: {code}',
  'error.wait': 'Versuchen Sie es in {count} Minuten noch einmal, oder schreiben Sie uns:',
  'error.elsewhere': 'Sie erreichen uns unter:',
  'error.toStart': 'Zur Startseite',
  'problem.REQUEST_INVALID':
    'Ein erforderliches Feld ist leer, oder eines ist zu lang. Was Sie eingegeben haben, steht unten.',
  'problem.BODY_TOO_LARGE': 'Das ist zu lang. Senden Sie weniger, oder schreiben Sie uns.',
  'problem.TOO_MANY_REQUESTS': 'Von Ihrer Adresse kam zu viel.',
  'problem.REPORT_INBOX_FULL': 'Das Formular nimmt heute nichts mehr an.',
  'problem.REPORT_CODE_WRONG':
    'Dieser Code öffnet keine Meldung. Er beginnt mit fwr_ und wurde beim Senden der Meldung gezeigt.',
  'problem.REPORT_FULL': 'In dieser Meldung steht schon zu viel. Schreiben Sie morgen wieder.',
  'problem.DISCLOSURE_NOT_SET_UP':
    'Noch hat niemand gesagt, wohin Meldungen von Schwachstellen gehen. Schreiben Sie an den Hersteller Ihres Gerätes.',
  'problem.ORIGIN_REFUSED':
    'Dieses Formular kam von einer anderen Website. Öffnen Sie die Seite hier und senden Sie es noch einmal.',
  'problem.BODY_TYPE_UNSUPPORTED':
    'Das Formular muss als application/x-www-form-urlencoded gesendet werden, wie Browser es tun. Ein Programm sagt das in Content-Type.',
  'problem.NOT_FOUND': 'Unter dieser Adresse ist nichts. Die Links oben führen weiter.',
  'policy.news': 'Von Sicherheitsupdates erfahren',
  'subscribe.title': 'Sicherheitsnachrichten per E-Mail',
  'subscribe.intro':
    'Sie erfahren von Sicherheitsupdates, von Sicherheitshinweisen und vom Ende der Unterstützung eines Produkts. Das hilft am meisten bei Geräten ohne Anzeige.',
  'subscribe.address': 'E-Mail-Adresse',
  'subscribe.product': 'Produkt',
  'subscribe.productHint': 'Wie auf dem Typenschild oder in der Anleitung: lumen-gateway-g1.',
  'subscribe.device': 'Gerätenummer',
  'subscribe.deviceHint':
    'Vom Typenschild des Geräts, wenn Sie wissen möchten, wann es an der Reihe ist und bis wann ein Update aufgeschoben werden kann.',
  'subscribe.submit': 'Abonnieren',
  'subscribe.kept':
    'Wir behalten die Adresse nur für diese Nachrichten und löschen sie, wenn Sie abbestellen.',
  'subscribe.asked': 'Sehen Sie in Ihr Postfach',
  'subscribe.askedText':
    'Wenn wir kennen, was Sie eingegeben haben, ist eine Nachricht mit einem Link zum Bestätigen unterwegs. Er gilt 24 Stunden.',
  'subscribe.askedHint':
    'Kommt keine: Suchen Sie nach Fehlern in Adresse und Produkt, und sehen Sie in den Ordner für Unerwünschtes. Eine Adresse bekommt höchstens drei solche Nachrichten am Tag.',
  'confirm.title': 'Bestätigen',
  'confirm.text': 'Diese Adresse soll per E-Mail Nachrichten zu {product} bekommen.',
  'confirm.submit': 'Ja, ich möchte das',
  'confirm.done': 'Bestätigt',
  'confirm.doneText':
    'Sie bekommen von jetzt an Nachrichten. In jeder steht ein Link, mit dem Sie sie abbestellen.',
  'unsubscribe.title': 'Abbestellen',
  'unsubscribe.text':
    'Keine Nachrichten zu {product} mehr an diese Adresse, für keines seiner Geräte. Die Adresse wird gelöscht.',
  'unsubscribe.submit': 'Abbestellen',
  'unsubscribe.done': 'Abbestellt',
  'unsubscribe.doneText': 'Es kommen keine Nachrichten mehr, und die Adresse ist gelöscht.',
  'field.address': 'Das ist keine E-Mail-Adresse.',
  'field.name': 'Nur Buchstaben, Ziffern und Bindestriche.',
  'problem.MAIL_NOT_SET_UP': 'Dieser Server verschickt keine E-Mails.',
  'problem.SUBSCRIPTIONS_FULL':
    'Heute werden keine Abonnements mehr angenommen. Versuchen Sie es morgen wieder.',
  'problem.LINK_OVER':
    'Dieser Link gilt nicht mehr, oder es wurde ein neuerer geschickt. Abonnieren Sie noch einmal.',
  'problem.LINK_WRONG': 'Das ist kein Link von uns. Kopieren Sie ihn ganz aus der Nachricht.',
  'problem.other':
    'Etwas ging schief. Versuchen Sie es später noch einmal, oder schreiben Sie uns.',
}
