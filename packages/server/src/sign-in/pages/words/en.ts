/** The words of the pages. `{name}` is filled with a value; a sentence that counts has `….one` and `….other`. */
export const en = {
  'page.skip': 'Skip to the content',
  'page.noScript':
    'Passkeys need JavaScript, which this browser does not run here. A password works without it.',
  'page.back': 'Back',
  'page.title': '{title} – Fleetward',
  'nav.label': 'Account',
  'nav.console': 'Console',
  'nav.account': 'Your account',
  'nav.sessions': 'Sessions',
  'nav.signOut': 'Sign out',

  'signIn.title': 'Sign in',
  'signIn.passkey': 'Sign in with a passkey',
  'signIn.company': 'Continue with {company}',
  'signIn.password': 'With a password',
  'signIn.login': 'Sign-in name',
  'signIn.passwordField': 'Password',
  'signIn.code': 'Code',
  'signIn.codeHint': 'Six digits from your authenticator app, or one of your recovery codes.',
  'signIn.submit': 'Sign in',
  'signIn.lostHint':
    'Lost your passkey and never had a password? Leave the password empty and type a recovery code. Without one, ask an administrator for a new link.',

  'passkey.cancelled': 'Nothing was signed: it was cancelled, or took too long. Try again.',
  'passkey.busy': 'Waiting for your passkey …',
  'passkey.unsupported': 'This browser knows no passkeys. Use a password, or another browser.',
  'passkey.needsName':
    'Passkeys need a name in place of an IP address, and HTTPS: see “signing in” in docs/accounts.md.',

  'welcome.title': 'Welcome',
  'welcome.intro':
    'You were given a link that can be used once. Its code stands here; go on to set up how you sign in.',
  'welcome.code': 'Code of the link',
  'welcome.codeHint': 'It begins with fwi_ and stands behind the # of the link.',
  'welcome.submit': 'Go on',

  'you.title': 'The first administrator',
  'you.intro': 'This server has no administrator yet. You become the first one.',
  'you.name': 'Your name',
  'you.nameHint': 'As colleagues know you. It stands in the audit log.',
  'you.login': 'Sign-in name',
  'you.loginHint': 'A short word or your mail address, in small letters, without spaces.',
  'you.submit': 'Go on',

  'way.title': 'How do you want to sign in, {name}?',
  'way.passkeyTitle': 'With a passkey',
  'way.passkeyIntro':
    'Your fingerprint, your face or the PIN of your device or security key. Nothing to remember, and no page that looks like this one can steal it.',
  'way.passkeySubmit': 'Make a passkey',
  'way.passwordTitle': 'With a password and an authenticator app',
  'way.companyTitle': 'With your company',

  'passkeyName.label': 'Name of the passkey',
  'passkeyName.hint': 'So that you know it again: where it is kept.',
  'passkeyName.default': 'Passkey',

  'newPassword.app': '1. Add this key to an authenticator app: scan the picture, or type the key.',
  'newPassword.qr': 'QR code with the key that is written below',
  'newPassword.key': 'Key',
  'newPassword.open': 'Open it in an app of this device',
  'newPassword.password': '2. Choose a password',
  'newPassword.passwordHint':
    'At least {min} characters. Several words that do not belong together are good; a password manager is better.',
  'newPassword.again': 'Type it again',
  'newPassword.code': '3. The code that the app shows',
  'newPassword.submit': 'Use this password',

  'account.title': '{name}',
  'account.intro': 'You sign in as {login}.',
  'account.notes': 'Was this you?',
  'account.noteSignIn':
    '{when}: somebody signed in with your {way}, from {address}. Unusual: {reasons}.',
  'account.noteCopied':
    '{when}: your passkey “{passkey}” was refused, because it seems to exist twice. Remove it, and make a new one.',
  'account.notMe': 'If it was not you: end the other sessions, then renew your ways in.',
  'account.wasMe': 'That was me',
  'account.codesMissing': 'Make recovery codes: with them you get in when a device is lost.',
  'account.onlyOne': 'You have one way in. Add a second passkey, for the day this one is lost.',

  'passkeys.title': 'Passkeys',
  'passkeys.none': 'None yet.',
  'passkeys.made': 'made {when}',
  'passkeys.used': 'last used {when}',
  'passkeys.neverUsed': 'not used yet',
  'passkeys.synced': 'copied between your devices',
  'passkeys.rename': 'Rename {passkey}',
  'passkeys.newName': 'New name of {passkey}',
  'passkeys.save': 'Save',
  'passkeys.remove': 'Remove {passkey}',
  'passkeys.add': 'Add a passkey',

  'password.title': 'Password',
  'password.none': 'None. A passkey is safer; a password is the other way.',
  'password.since': 'Set {when}, with an authenticator app.',
  'password.set': 'Set a password',
  'password.change': 'Replace password and authenticator app',
  'password.remove': 'Remove the password',
  'password.pageTitle': 'Your password',

  'codes.title': 'Recovery codes',
  'codes.left.one': '{count} code is left.',
  'codes.left.other': '{count} codes are left.',
  'codes.none': 'None.',
  'codes.make': 'Make new recovery codes',
  'codes.makeHint': 'The old ones end.',
  'codes.shownTitle': 'Your recovery codes',
  'codes.shownIntro':
    'Each of them works once, in place of the code of your app or of a lost passkey. Print them, or keep them in your password manager: they are shown only now.',
  'codes.done': 'I have kept them',

  'company.title': 'Company sign-in',
  'company.linked': '{company}, since {when}',
  'company.add': 'Link {company}',
  'company.remove': 'Unlink {company}',

  'sessions.title': 'Sessions',
  'sessions.intro': 'Where you are signed in.',
  'sessions.this': 'this one',
  'sessions.from': 'from {address}, since {when}, last seen {seen}',
  'sessions.end': 'End it',
  'sessions.endOthers': 'End all others',
  'sessions.unknownBrowser': 'An unknown browser',
  'sessions.past': 'The latest sign-ins',
  'sessions.pastEntry': '{when}: with your {way}, from the network {provider}',

  'stepUp.title': 'Is it still you?',
  'stepUp.intro': 'What you are about to do needs a fresh proof.',
  'stepUp.passkey': 'Use a passkey',
  'stepUp.submit': 'Confirm',

  'goOn.title': 'You are signed in',
  'goOn.link': 'Go on',

  'ways.passkey': 'passkey',
  'ways.password': 'password',
  'ways.recoveryCode': 'recovery code',
  'ways.company': 'company sign-in',
  'reasons.newBrowser': 'a browser that was not used before',
  'reasons.newNetwork': 'another network than before',
  'reasons.manyFailures': 'many wrong tries before it',
  'reasons.alternatingNetworks': 'one browser in two networks within minutes',
  'reasons.recoveryCode': 'a recovery code was used',

  'error.title': 'That did not work',
  'error.code': 'Code {code}',
  'error.toSignIn': 'To the sign-in page',
  'error.toConsole': 'To the console',
  'error.waitSeconds.one': 'Try again in {count} second.',
  'error.waitSeconds.other': 'Try again in {count} seconds.',
  'error.waitMinutes.one': 'Try again in {count} minute.',
  'error.waitMinutes.other': 'Try again in {count} minutes.',

  'problem.SIGN_IN_REFUSED':
    'Name, password or code is wrong, or this account has another way of signing in.',
  'problem.SIGN_IN_SLOWED':
    'Too many wrong tries. A passkey still works at once; a browser that you have signed in with before does too.',
  'problem.SIGN_IN_BUSY':
    'Many people sign in at this moment. Try again in a few seconds, or use a passkey.',
  'problem.PASSKEY_REFUSED': 'The passkey could not be verified. Try again, or use another way.',
  'problem.PASSKEY_UNKNOWN':
    'This server does not know that passkey. Choose another one, or another way.',
  'problem.PASSKEY_COPIED':
    'This passkey seems to exist twice and was refused. Sign in another way and remove it.',
  'problem.PASSKEY_EXISTS': 'This passkey is registered already.',
  'problem.TOO_MANY_PASSKEYS': 'That are many passkeys. Remove one that you do not use any more.',
  'problem.CHALLENGE_INVALID':
    'This was begun too long ago, in another browser, or was ended already. Begin again.',
  'problem.LINK_INVALID':
    'This link opens nothing: it was used, its time is over, or it is not complete. Ask for a new one; before there is an administrator, the server writes one into its data folder at every start.',
  'problem.NAME_REFUSED':
    'Type your name, and a sign-in name of small letters, digits and . _ % + @ -, without spaces.',
  'problem.LOGIN_TAKEN': 'Somebody else signs in with this name. Choose another one.',
  'problem.PASSWORD_REFUSED': 'Choose another password.',
  'problem.PASSWORD_REFUSED.tooShort': 'The password is too short: at least {min} characters.',
  'problem.PASSWORD_REFUSED.tooLong': 'The password is too long: at most {max} characters.',
  'problem.PASSWORD_REFUSED.tooCommon':
    'That is a password that attackers try first, or made of names they know. Choose one of your own.',
  'problem.PASSWORDS_DIFFER': 'The two passwords differ. Type them again.',
  'problem.AUTHENTICATOR_CODE_WRONG':
    'That is not the code that the app should show now. Check the clock of its device, and type the newest code.',
  'problem.LAST_WAY_IN': 'That is your last way in. Add another one first.',
  'problem.NO_SUCH_WAY_IN': 'There is no such way in any more.',
  'problem.STEP_UP_REQUIRED': 'This needs a fresh proof that it is you.',
  'problem.COMPANY_UNAVAILABLE':
    'The company’s sign-in cannot be reached at this moment. Try again later, or use another way.',
  'problem.COMPANY_SIGN_IN_REFUSED':
    'The company’s sign-in did not say who you are. Try again; if it stays so, ask an administrator to look at the log.',
  'problem.COMPANY_FACTOR_MISSING':
    'The company’s sign-in did not ask for a second factor, which this server wants. Tell your administrator.',
  'problem.COMPANY_ACCOUNT_UNKNOWN':
    'Your company knows you, but no account here is linked to you. Ask an administrator for an invitation, and open it with this sign-in.',
  'problem.COMPANY_IDENTITY_TAKEN': 'That company account belongs to another account here.',
  'problem.ACCESS_DENIED': 'You are not signed in any more.',
  'problem.ORIGIN_REFUSED': 'This did not come from a page of this server. Open the page again.',
  'problem.NOT_FOUND': 'There is nothing at this address.',
  'problem.REQUEST_INVALID': 'Something in the form is missing or too long.',
  'problem.INTERNAL':
    'Something is wrong with the server. Its log says what, at the time of this answer.',
  'problem.other': 'It was refused.',
}

export type Words = Readonly<Record<keyof typeof en, string>>
