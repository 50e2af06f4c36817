import type { Words } from './en.ts'

export const fr: Words = {
  'page.skip': 'Aller au contenu',
  'page.noScript':
    'Les clés d’accès ont besoin de JavaScript, que ce navigateur n’exécute pas ici. Un mot de passe fonctionne sans.',
  'page.back': 'Retour',
  'page.title': '{title} – Fleetward',
  'nav.label': 'Compte',
  'nav.console': 'Console',
  'nav.account': 'Votre compte',
  'nav.sessions': 'Sessions',
  'nav.signOut': 'Se déconnecter',

  'signIn.title': 'Se connecter',
  'signIn.passkey': 'Se connecter avec une clé d’accès',
  'signIn.company': 'Continuer avec {company}',
  'signIn.password': 'Avec un mot de passe',
  'signIn.login': 'Nom de connexion',
  'signIn.passwordField': 'Mot de passe',
  'signIn.code': 'Code',
  'signIn.codeHint':
    'Six chiffres de votre application d’authentification, ou un de vos codes de secours.',
  'signIn.submit': 'Se connecter',
  'signIn.lostHint':
    'Clé d’accès perdue, et jamais eu de mot de passe ? Laissez le mot de passe vide et saisissez un code de secours. Sans code, demandez un nouveau lien à l’administration.',

  'passkey.cancelled':
    'Rien n’a été signé : opération annulée ou trop longue. Essayez encore une fois.',
  'passkey.busy': 'En attente de votre clé d’accès …',
  'passkey.unsupported':
    'Ce navigateur ne connaît pas les clés d’accès. Prenez un mot de passe ou un autre navigateur.',
  'passkey.needsName':
    'Les clés d’accès ont besoin d’un nom à la place d’une adresse IP, et de HTTPS : voir « signing in » dans docs/accounts.md.',

  'welcome.title': 'Bienvenue',
  'welcome.intro':
    'Vous avez reçu un lien qui sert une seule fois. Voici son code ; continuez pour choisir comment vous connecter.',
  'welcome.code': 'Code du lien',
  'welcome.codeHint': 'Il commence par fwi_ et se trouve après le # du lien.',
  'welcome.submit': 'Continuer',

  'you.title': 'La première personne qui administre',
  'you.intro': 'Personne n’administre encore ce serveur. Vous serez la première personne.',
  'you.name': 'Votre nom',
  'you.nameHint': 'Tel que vos collègues le connaissent. Il figure dans le journal d’audit.',
  'you.login': 'Nom de connexion',
  'you.loginHint': 'Un mot court ou votre adresse de courriel, en minuscules, sans espaces.',
  'you.submit': 'Continuer',

  'way.title': 'Comment voulez-vous vous connecter, {name} ?',
  'way.passkeyTitle': 'Avec une clé d’accès',
  'way.passkeyIntro':
    'Votre empreinte, votre visage ou le code de votre appareil ou de votre clé de sécurité. Rien à retenir, et aucune page imitée ne peut la voler.',
  'way.passkeySubmit': 'Créer une clé d’accès',
  'way.passwordTitle': 'Avec un mot de passe et une application d’authentification',
  'way.companyTitle': 'Avec votre entreprise',

  'passkeyName.label': 'Nom de la clé d’accès',
  'passkeyName.hint': 'Pour la reconnaître : l’endroit où elle est gardée.',
  'passkeyName.default': 'Clé d’accès',

  'newPassword.app':
    '1. Ajoutez cette clé à une application d’authentification : scannez l’image ou tapez la clé.',
  'newPassword.qr': 'Code QR avec la clé écrite au-dessous',
  'newPassword.key': 'Clé',
  'newPassword.open': 'L’ouvrir dans une application de cet appareil',
  'newPassword.password': '2. Choisissez un mot de passe',
  'newPassword.passwordHint':
    'Au moins {min} caractères. Plusieurs mots sans rapport entre eux conviennent ; un gestionnaire de mots de passe est mieux.',
  'newPassword.again': 'Encore une fois',
  'newPassword.code': '3. Le code que l’application affiche',
  'newPassword.submit': 'Prendre ce mot de passe',

  'account.title': '{name}',
  'account.intro': 'Vous vous connectez en tant que {login}.',
  'account.notes': 'Était-ce vous ?',
  'account.noteSignIn':
    '{when} : quelqu’un s’est connecté ({way}) depuis {address}. Inhabituel : {reasons}.',
  'account.noteCopied':
    '{when} : votre clé d’accès « {passkey} » a été refusée, car elle semble exister deux fois. Retirez-la et créez-en une nouvelle.',
  'account.notMe':
    'Si ce n’était pas vous : terminez les autres sessions, puis renouvelez vos accès.',
  'account.wasMe': 'C’était moi',
  'account.codesMissing':
    'Créez des codes de secours : ils vous laissent entrer quand un appareil est perdu.',
  'account.onlyOne':
    'Vous avez un seul accès. Ajoutez une deuxième clé d’accès, pour le jour où celle-ci sera perdue.',

  'passkeys.title': 'Clés d’accès',
  'passkeys.none': 'Aucune pour le moment.',
  'passkeys.made': 'créée le {when}',
  'passkeys.used': 'utilisée le {when}',
  'passkeys.neverUsed': 'pas encore utilisée',
  'passkeys.synced': 'copiée entre vos appareils',
  'passkeys.rename': 'Renommer {passkey}',
  'passkeys.newName': 'Nouveau nom de {passkey}',
  'passkeys.save': 'Enregistrer',
  'passkeys.remove': 'Retirer {passkey}',
  'passkeys.add': 'Ajouter une clé d’accès',

  'password.title': 'Mot de passe',
  'password.none':
    'Aucun. Une clé d’accès est plus sûre ; un mot de passe est l’autre possibilité.',
  'password.since': 'Défini le {when}, avec une application d’authentification.',
  'password.set': 'Définir un mot de passe',
  'password.change': 'Remplacer le mot de passe et l’application',
  'password.remove': 'Retirer le mot de passe',
  'password.pageTitle': 'Votre mot de passe',

  'codes.title': 'Codes de secours',
  'codes.left.one': 'Il reste {count} code.',
  'codes.left.other': 'Il reste {count} codes.',
  'codes.none': 'Aucun.',
  'codes.make': 'Créer de nouveaux codes de secours',
  'codes.makeHint': 'Les anciens ne valent alors plus rien.',
  'codes.shownTitle': 'Vos codes de secours',
  'codes.shownIntro':
    'Chacun sert une fois, à la place du code de votre application ou d’une clé d’accès perdue. Imprimez-les ou gardez-les dans votre gestionnaire de mots de passe : ils ne sont montrés que maintenant.',
  'codes.done': 'Je les ai gardés',

  'company.title': 'Connexion par l’entreprise',
  'company.linked': '{company}, depuis le {when}',
  'company.add': 'Lier {company}',
  'company.remove': 'Délier {company}',

  'sessions.title': 'Sessions',
  'sessions.intro': 'Là où vous êtes en ligne.',
  'sessions.this': 'celle-ci',
  'sessions.from': 'depuis {address}, ouverte le {when}, vue le {seen}',
  'sessions.end': 'Terminer',
  'sessions.endOthers': 'Terminer toutes les autres',
  'sessions.unknownBrowser': 'Un navigateur inconnu',
  'sessions.past': 'Les dernières connexions',
  'sessions.pastEntry': '{when} : {way}, depuis le réseau {provider}',

  'stepUp.title': 'Est-ce toujours vous ?',
  'stepUp.intro': 'Ce que vous allez faire demande une nouvelle preuve.',
  'stepUp.passkey': 'Utiliser une clé d’accès',
  'stepUp.submit': 'Confirmer',

  'goOn.title': 'Vous êtes en ligne',
  'goOn.link': 'Continuer',

  'ways.passkey': 'clé d’accès',
  'ways.password': 'mot de passe',
  'ways.recoveryCode': 'code de secours',
  'ways.company': 'connexion par l’entreprise',
  'reasons.newBrowser': 'un navigateur jamais utilisé auparavant',
  'reasons.newNetwork': 'un autre réseau que d’habitude',
  'reasons.manyFailures': 'beaucoup d’essais faux juste avant',
  'reasons.alternatingNetworks': 'un navigateur dans deux réseaux en quelques minutes',
  'reasons.recoveryCode': 'un code de secours a été utilisé',

  'error.title': 'Cela n’a pas marché',
  'error.code': 'Code {code}',
  'error.toSignIn': 'Vers la page de connexion',
  'error.toConsole': 'Vers la console',
  'error.waitSeconds.one': 'Essayez de nouveau dans {count} seconde.',
  'error.waitSeconds.other': 'Essayez de nouveau dans {count} secondes.',
  'error.waitMinutes.one': 'Essayez de nouveau dans {count} minute.',
  'error.waitMinutes.other': 'Essayez de nouveau dans {count} minutes.',

  'problem.SIGN_IN_REFUSED':
    'Le nom, le mot de passe ou le code est faux, ou ce compte se connecte autrement.',
  'problem.SIGN_IN_SLOWED':
    'Trop d’essais faux. Une clé d’accès fonctionne tout de suite, de même qu’un navigateur avec lequel vous vous êtes déjà connecté.',
  'problem.SIGN_IN_BUSY':
    'Beaucoup de personnes se connectent en ce moment. Essayez dans quelques secondes, ou avec une clé d’accès.',
  'problem.PASSKEY_REFUSED':
    'La clé d’accès n’a pas pu être vérifiée. Essayez encore, ou d’une autre manière.',
  'problem.PASSKEY_UNKNOWN':
    'Ce serveur ne connaît pas cette clé d’accès. Prenez-en une autre, ou une autre manière.',
  'problem.PASSKEY_COPIED':
    'Cette clé d’accès semble exister deux fois et a été refusée. Connectez-vous autrement et retirez-la.',
  'problem.PASSKEY_EXISTS': 'Cette clé d’accès est déjà inscrite.',
  'problem.TOO_MANY_PASSKEYS':
    'Cela fait beaucoup de clés d’accès. Retirez-en une que vous n’utilisez plus.',
  'problem.CHALLENGE_INVALID':
    'Cela a été commencé il y a trop longtemps ou dans un autre navigateur, ou c’est déjà terminé. Recommencez.',
  'problem.LINK_INVALID':
    'Ce lien n’ouvre rien : il a servi, son temps est passé, ou il n’est pas entier. Demandez-en un nouveau ; tant que personne n’administre le serveur, il en écrit un dans son dossier de données à chaque démarrage.',
  'problem.NAME_REFUSED':
    'Saisissez votre nom et un nom de connexion fait de minuscules, de chiffres et de . _ % + @ -, sans espaces.',
  'problem.LOGIN_TAKEN': 'Quelqu’un d’autre se connecte sous ce nom. Choisissez-en un autre.',
  'problem.PASSWORD_REFUSED': 'Choisissez un autre mot de passe.',
  'problem.PASSWORD_REFUSED.tooShort':
    'Le mot de passe est trop court : au moins {min} caractères.',
  'problem.PASSWORD_REFUSED.tooLong': 'Le mot de passe est trop long : au plus {max} caractères.',
  'problem.PASSWORD_REFUSED.tooCommon':
    'C’est un mot de passe que des attaquants essaient en premier, ou fait de noms qu’ils connaissent. Choisissez-en un à vous.',
  'problem.PASSWORDS_DIFFER': 'Les deux mots de passe diffèrent. Saisissez-les de nouveau.',
  'problem.AUTHENTICATOR_CODE_WRONG':
    'Ce n’est pas le code que l’application devrait afficher. Vérifiez l’horloge de l’appareil et saisissez le code le plus récent.',
  'problem.LAST_WAY_IN': 'C’est votre dernier accès. Ajoutez-en d’abord un autre.',
  'problem.NO_SUCH_WAY_IN': 'Cet accès n’existe plus.',
  'problem.STEP_UP_REQUIRED': 'Cela demande une nouvelle preuve que c’est bien vous.',
  'problem.COMPANY_UNAVAILABLE':
    'La connexion par l’entreprise n’est pas joignable en ce moment. Essayez plus tard, ou autrement.',
  'problem.COMPANY_SIGN_IN_REFUSED':
    'La connexion par l’entreprise n’a pas dit qui vous êtes. Essayez encore ; si cela dure, le journal du serveur dit pourquoi.',
  'problem.COMPANY_FACTOR_MISSING':
    'La connexion par l’entreprise n’a pas demandé de second facteur, que ce serveur exige. Prévenez l’administration.',
  'problem.COMPANY_ACCOUNT_UNKNOWN':
    'Votre entreprise vous connaît, mais aucun compte ici n’est lié à vous. Demandez une invitation et ouvrez-la avec cette connexion.',
  'problem.COMPANY_IDENTITY_TAKEN': 'Ce compte d’entreprise appartient ici à un autre compte.',
  'problem.ACCESS_DENIED': 'Vous n’êtes plus en ligne.',
  'problem.ORIGIN_REFUSED':
    'Cela ne venait pas d’une page de ce serveur. Ouvrez la page de nouveau.',
  'problem.NOT_FOUND': 'Il n’y a rien à cette adresse.',
  'problem.REQUEST_INVALID': 'Il manque quelque chose dans le formulaire, ou c’est trop long.',
  'problem.INTERNAL':
    'Quelque chose ne va pas avec le serveur. Son journal dit quoi, à l’heure de cette réponse.',
  'problem.other': 'Cela a été refusé.',
}
