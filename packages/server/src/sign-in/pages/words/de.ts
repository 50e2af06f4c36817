import type { Words } from './en.ts'

export const de: Words = {
  'page.skip': 'Zum Inhalt',
  'page.noScript':
    'Passkeys brauchen JavaScript, das dieser Browser hier nicht ausführt. Ein Passwort geht auch ohne.',
  'page.back': 'Zurück',
  'page.title': '{title} – Fleetward',
  'nav.label': 'Konto',
  'nav.console': 'Konsole',
  'nav.account': 'Ihr Konto',
  'nav.sessions': 'Sitzungen',
  'nav.signOut': 'Abmelden',

  'signIn.title': 'Anmelden',
  'signIn.passkey': 'Mit einem Passkey anmelden',
  'signIn.company': 'Weiter mit {company}',
  'signIn.password': 'Mit einem Passwort',
  'signIn.login': 'Anmeldename',
  'signIn.passwordField': 'Passwort',
  'signIn.code': 'Code',
  'signIn.codeHint':
    'Sechs Ziffern aus Ihrer Authenticator-App oder einer Ihrer Wiederherstellungscodes.',
  'signIn.submit': 'Anmelden',
  'signIn.lostHint':
    'Passkey verloren und nie ein Passwort gehabt? Lassen Sie das Passwort leer und geben Sie einen Wiederherstellungscode ein. Ohne einen solchen bitten Sie eine Administratorin um einen neuen Link.',

  'passkey.cancelled':
    'Es wurde nichts unterschrieben: abgebrochen, oder es hat zu lange gedauert. Versuchen Sie es noch einmal.',
  'passkey.busy': 'Wartet auf Ihren Passkey …',
  'passkey.unsupported':
    'Dieser Browser kennt keine Passkeys. Nehmen Sie ein Passwort oder einen anderen Browser.',
  'passkey.needsName':
    'Passkeys brauchen einen Namen statt einer IP-Adresse, und HTTPS: siehe „signing in“ in docs/accounts.md.',

  'welcome.title': 'Willkommen',
  'welcome.intro':
    'Sie haben einen Link bekommen, der einmal gilt. Hier steht sein Code; weiter geht es damit, wie Sie sich anmelden wollen.',
  'welcome.code': 'Code des Links',
  'welcome.codeHint': 'Er beginnt mit fwi_ und steht im Link hinter dem #.',
  'welcome.submit': 'Weiter',

  'you.title': 'Die erste Administratorin, der erste Administrator',
  'you.intro': 'Dieser Server wird noch von niemandem verwaltet. Sie werden die erste Person.',
  'you.name': 'Ihr Name',
  'you.nameHint': 'Wie Sie bei der Arbeit heißen. Er steht im Audit-Log.',
  'you.login': 'Anmeldename',
  'you.loginHint': 'Ein kurzes Wort oder Ihre Mailadresse, in Kleinbuchstaben, ohne Leerzeichen.',
  'you.submit': 'Weiter',

  'way.title': 'Wie wollen Sie sich anmelden, {name}?',
  'way.passkeyTitle': 'Mit einem Passkey',
  'way.passkeyIntro':
    'Ihr Fingerabdruck, Ihr Gesicht oder die PIN Ihres Geräts oder Sicherheitsschlüssels. Sie müssen sich nichts merken, und keine nachgemachte Seite kann ihn stehlen.',
  'way.passkeySubmit': 'Passkey anlegen',
  'way.passwordTitle': 'Mit Passwort und Authenticator-App',
  'way.companyTitle': 'Mit Ihrer Firma',

  'passkeyName.label': 'Name des Passkeys',
  'passkeyName.hint': 'Damit Sie ihn wiedererkennen: wo er aufbewahrt ist.',
  'passkeyName.default': 'Passkey',

  'newPassword.app':
    '1. Fügen Sie diesen Schlüssel einer Authenticator-App hinzu: Bild scannen oder Schlüssel abtippen.',
  'newPassword.qr': 'QR-Code mit dem Schlüssel, der darunter steht',
  'newPassword.key': 'Schlüssel',
  'newPassword.open': 'In einer App dieses Geräts öffnen',
  'newPassword.password': '2. Wählen Sie ein Passwort',
  'newPassword.passwordHint':
    'Mindestens {min} Zeichen. Mehrere Wörter, die nichts miteinander zu tun haben, sind gut; ein Passwortmanager ist besser.',
  'newPassword.again': 'Noch einmal',
  'newPassword.code': '3. Der Code, den die App zeigt',
  'newPassword.submit': 'Dieses Passwort nehmen',

  'account.title': '{name}',
  'account.intro': 'Sie melden sich als {login} an.',
  'account.notes': 'Waren Sie das?',
  'account.noteSignIn':
    '{when}: Jemand hat sich angemeldet, Weg: {way}, von {address}. Ungewöhnlich: {reasons}.',
  'account.noteCopied':
    '{when}: Ihr Passkey „{passkey}“ wurde abgewiesen, weil es ihn zweimal zu geben scheint. Entfernen Sie ihn und legen Sie einen neuen an.',
  'account.notMe':
    'Wenn Sie es nicht waren: Beenden Sie die anderen Sitzungen und erneuern Sie dann Ihre Zugänge.',
  'account.wasMe': 'Das war ich',
  'account.codesMissing':
    'Legen Sie Wiederherstellungscodes an: Mit ihnen kommen Sie hinein, wenn ein Gerät verloren geht.',
  'account.onlyOne':
    'Sie haben einen einzigen Zugang. Legen Sie einen zweiten Passkey an, für den Tag, an dem dieser verloren geht.',

  'passkeys.title': 'Passkeys',
  'passkeys.none': 'Noch keiner.',
  'passkeys.made': 'angelegt {when}',
  'passkeys.used': 'zuletzt benutzt {when}',
  'passkeys.neverUsed': 'noch nicht benutzt',
  'passkeys.synced': 'wird zwischen Ihren Geräten kopiert',
  'passkeys.rename': '{passkey} umbenennen',
  'passkeys.newName': 'Neuer Name von {passkey}',
  'passkeys.save': 'Speichern',
  'passkeys.remove': '{passkey} entfernen',
  'passkeys.add': 'Passkey hinzufügen',

  'password.title': 'Passwort',
  'password.none': 'Keines. Ein Passkey ist sicherer; ein Passwort ist der andere Weg.',
  'password.since': 'Gesetzt {when}, mit einer Authenticator-App.',
  'password.set': 'Passwort setzen',
  'password.change': 'Passwort und Authenticator-App ersetzen',
  'password.remove': 'Passwort entfernen',
  'password.pageTitle': 'Ihr Passwort',

  'codes.title': 'Wiederherstellungscodes',
  'codes.left.one': '{count} Code ist übrig.',
  'codes.left.other': '{count} Codes sind übrig.',
  'codes.none': 'Keine.',
  'codes.make': 'Neue Wiederherstellungscodes anlegen',
  'codes.makeHint': 'Die alten gelten dann nicht mehr.',
  'codes.shownTitle': 'Ihre Wiederherstellungscodes',
  'codes.shownIntro':
    'Jeder gilt einmal, statt des Codes Ihrer App oder eines verlorenen Passkeys. Drucken Sie sie aus oder legen Sie sie in Ihren Passwortmanager: Sie werden nur jetzt gezeigt.',
  'codes.done': 'Ich habe sie aufbewahrt',

  'company.title': 'Anmeldung über die Firma',
  'company.linked': '{company}, seit {when}',
  'company.add': '{company} verknüpfen',
  'company.remove': '{company} trennen',

  'sessions.title': 'Sitzungen',
  'sessions.intro': 'Wo Sie angemeldet sind.',
  'sessions.this': 'diese hier',
  'sessions.from': 'von {address}, seit {when}, zuletzt gesehen {seen}',
  'sessions.end': 'Beenden',
  'sessions.endOthers': 'Alle anderen beenden',
  'sessions.unknownBrowser': 'Ein unbekannter Browser',
  'sessions.past': 'Die letzten Anmeldungen',
  'sessions.pastEntry': '{when}: {way}, aus dem Netz {provider}',

  'stepUp.title': 'Sind das noch Sie?',
  'stepUp.intro': 'Was Sie vorhaben, braucht einen frischen Nachweis.',
  'stepUp.passkey': 'Passkey benutzen',
  'stepUp.submit': 'Bestätigen',

  'goOn.title': 'Sie sind angemeldet',
  'goOn.link': 'Weiter',

  'ways.passkey': 'Passkey',
  'ways.password': 'Passwort',
  'ways.recoveryCode': 'Wiederherstellungscode',
  'ways.company': 'Anmeldung über die Firma',
  'reasons.newBrowser': 'ein Browser, der vorher nicht benutzt wurde',
  'reasons.newNetwork': 'ein anderes Netz als bisher',
  'reasons.manyFailures': 'viele falsche Versuche davor',
  'reasons.alternatingNetworks': 'ein Browser in zwei Netzen innerhalb von Minuten',
  'reasons.recoveryCode': 'ein Wiederherstellungscode wurde benutzt',

  'error.title': 'Das ging nicht',
  'error.code': 'Code {code}',
  'error.toSignIn': 'Zur Anmeldung',
  'error.toConsole': 'Zur Konsole',
  'error.waitSeconds.one': 'Versuchen Sie es in {count} Sekunde wieder.',
  'error.waitSeconds.other': 'Versuchen Sie es in {count} Sekunden wieder.',
  'error.waitMinutes.one': 'Versuchen Sie es in {count} Minute wieder.',
  'error.waitMinutes.other': 'Versuchen Sie es in {count} Minuten wieder.',

  'problem.SIGN_IN_REFUSED':
    'Name, Passwort oder Code ist falsch, oder dieses Konto meldet sich anders an.',
  'problem.SIGN_IN_SLOWED':
    'Zu viele falsche Versuche. Ein Passkey geht trotzdem sofort, ebenso ein Browser, mit dem Sie schon angemeldet waren.',
  'problem.SIGN_IN_BUSY':
    'In diesem Augenblick melden sich viele an. Versuchen Sie es in ein paar Sekunden wieder oder nehmen Sie einen Passkey.',
  'problem.PASSKEY_REFUSED':
    'Der Passkey ließ sich nicht prüfen. Versuchen Sie es noch einmal oder auf einem anderen Weg.',
  'problem.PASSKEY_UNKNOWN':
    'Dieser Server kennt den Passkey nicht. Nehmen Sie einen anderen oder einen anderen Weg.',
  'problem.PASSKEY_COPIED':
    'Diesen Passkey scheint es zweimal zu geben; er wurde abgewiesen. Melden Sie sich anders an und entfernen Sie ihn.',
  'problem.PASSKEY_EXISTS': 'Dieser Passkey ist schon eingetragen.',
  'problem.TOO_MANY_PASSKEYS':
    'Das sind viele Passkeys. Entfernen Sie einen, den Sie nicht mehr benutzen.',
  'problem.CHALLENGE_INVALID':
    'Das wurde vor zu langer Zeit oder in einem anderen Browser begonnen, oder es ist schon beendet. Beginnen Sie neu.',
  'problem.LINK_INVALID':
    'Dieser Link öffnet nichts: Er wurde benutzt, seine Zeit ist um, oder er ist unvollständig. Bitten Sie um einen neuen; solange es niemanden gibt, der verwaltet, schreibt der Server bei jedem Start einen in seinen Datenordner.',
  'problem.NAME_REFUSED':
    'Geben Sie Ihren Namen ein und einen Anmeldenamen aus Kleinbuchstaben, Ziffern und . _ % + @ -, ohne Leerzeichen.',
  'problem.LOGIN_TAKEN': 'Mit diesem Namen meldet sich schon jemand an. Wählen Sie einen anderen.',
  'problem.PASSWORD_REFUSED': 'Wählen Sie ein anderes Passwort.',
  'problem.PASSWORD_REFUSED.tooShort': 'Das Passwort ist zu kurz: mindestens {min} Zeichen.',
  'problem.PASSWORD_REFUSED.tooLong': 'Das Passwort ist zu lang: höchstens {max} Zeichen.',
  'problem.PASSWORD_REFUSED.tooCommon':
    'Das ist ein Passwort, das Angreifer zuerst versuchen, oder es besteht aus Namen, die sie kennen. Wählen Sie ein eigenes.',
  'problem.PASSWORDS_DIFFER':
    'Die beiden Passwörter sind verschieden. Geben Sie sie noch einmal ein.',
  'problem.AUTHENTICATOR_CODE_WRONG':
    'Das ist nicht der Code, den die App jetzt zeigen sollte. Prüfen Sie die Uhr des Geräts und geben Sie den neuesten Code ein.',
  'problem.LAST_WAY_IN': 'Das ist Ihr letzter Zugang. Legen Sie erst einen anderen an.',
  'problem.NO_SUCH_WAY_IN': 'Diesen Zugang gibt es nicht mehr.',
  'problem.STEP_UP_REQUIRED': 'Das braucht einen frischen Nachweis, dass Sie es sind.',
  'problem.COMPANY_UNAVAILABLE':
    'Die Anmeldung über die Firma ist gerade nicht erreichbar. Versuchen Sie es später oder auf einem anderen Weg.',
  'problem.COMPANY_SIGN_IN_REFUSED':
    'Die Anmeldung über die Firma hat nicht gesagt, wer Sie sind. Versuchen Sie es noch einmal; bleibt es so, hilft ein Blick in das Log des Servers.',
  'problem.COMPANY_FACTOR_MISSING':
    'Die Anmeldung über die Firma hat nicht nach einem zweiten Faktor gefragt, den dieser Server verlangt. Wenden Sie sich an die Verwaltung.',
  'problem.COMPANY_ACCOUNT_UNKNOWN':
    'Ihre Firma kennt Sie, aber hier ist kein Konto mit Ihnen verknüpft. Bitten Sie um eine Einladung und öffnen Sie sie mit dieser Anmeldung.',
  'problem.COMPANY_IDENTITY_TAKEN': 'Dieses Firmenkonto gehört hier zu einem anderen Konto.',
  'problem.ACCESS_DENIED': 'Sie sind nicht mehr angemeldet.',
  'problem.ORIGIN_REFUSED':
    'Das kam nicht von einer Seite dieses Servers. Öffnen Sie die Seite noch einmal.',
  'problem.NOT_FOUND': 'Unter dieser Adresse gibt es nichts.',
  'problem.REQUEST_INVALID': 'Im Formular fehlt etwas, oder etwas ist zu lang.',
  'problem.INTERNAL':
    'Mit dem Server stimmt etwas nicht. In seinem Log steht zur Zeit dieser Antwort, was.',
  'problem.other': 'Es wurde abgewiesen.',
}
