import type { Words } from './en.ts'

export const fr: Words = {
  'page.skip': 'Aller au contenu',
  'page.language': 'Langue',
  'page.nav': 'Produits et sécurité',
  'page.title': '{title} – {organisation}',
  'page.nobody': 'Sécurité',
  'nav.policy': 'Politique',
  'nav.advisories': 'Avis',
  'nav.report': 'Signaler une vulnérabilité',
  'nav.follow': 'Votre signalement',
  'nav.thanks': 'Remerciements',

  'advisories.title': 'Avis de sécurité',
  'advisories.intro':
    'Ce que nous savons des vulnérabilités de nos produits, ce qu’elles signifient pour vous et ce que vous devez faire.',
  'advisories.none': 'Il n’y a aucun avis.',
  'advisories.feed': 'Les suivre par un flux Atom',
  'advisories.id': 'Avis',
  'advisories.product': 'Produit',
  'advisories.severity': 'Gravité',
  'advisories.published': 'Publié',
  'advisories.updated': 'Modifié',
  'advisories.change': 'Ce qui est nouveau',
  'advisories.machine': 'Pour les programmes',
  'advisories.summary': 'De quoi il s’agit',
  'advisories.action': 'Ce que vous devez faire',
  'advisories.impact': 'Ce que cela signifie',
  'advisories.affected': 'Concernées',
  'advisories.fixed': 'Corrigé dans',
  'advisories.notFixed': 'Il n’y a pas encore de correctif.',
  'advisories.component': 'Dans',
  'advisories.aliases': 'Aussi connue sous',
  'advisories.exploited': 'Elle est activement exploitée.',
  'advisories.credits': 'Nous remercions',
  'advisories.references': 'En savoir plus',
  'advisories.withdrawn': 'Cet avis est retiré : il n’est plus valable.',
  'rating.critical': 'critique',
  'rating.high': 'élevée',
  'rating.medium': 'moyenne',
  'rating.low': 'faible',
  'rating.none': 'aucune',

  'policy.title': 'Divulgation coordonnée des vulnérabilités',
  'policy.intro':
    'Vous avez trouvé une faille dans un de nos produits ou services ? Dites-le-nous. Nous lisons chaque signalement, d’où qu’il vienne, et nous vous tenons au courant.',
  'policy.contact': 'Comment nous joindre',
  'policy.form':
    'Par le formulaire de ce serveur : chiffré en chemin, et anonyme si vous le souhaitez.',
  'policy.person': 'Des personnes vous répondent à ces adresses, la préférée en premier :',
  'policy.key': 'Chiffrez ce qui est sensible avec notre clé OpenPGP',
  'policy.languages': 'Nous lisons : {languages}.',
  'policy.scope': 'De quoi il s’agit',
  'policy.scopeText':
    'De tous nos produits qui reçoivent encore des mises à jour de sécurité, de ces mises à jour et des serveurs qui les livrent. N’essayez rien sur des appareils qui ne sont pas les vôtres, sur des services dont d’autres dépendent, ni sur des personnes.',
  'policy.promise': 'Ce que nous promettons',
  'policy.acknowledge': 'Nous confirmons la réception de votre signalement sous {time}.',
  'policy.assess': 'Nous vous disons ce que nous en pensons sous {time}.',
  'policy.inform':
    'Nous vous tenons au courant jusqu’à la correction et répondons à vos questions.',
  'policy.credit':
    'Nous vous remercions par votre nom, si vous le voulez, quand la correction est publiée.',
  'policy.bountyYes': 'Nous versons des récompenses ; demandez les conditions avant d’y compter.',
  'policy.bountyNo': 'Nous ne versons pas de récompenses.',
  'policy.ask': 'Ce que nous vous demandons',
  'policy.askText':
    'Laissez-nous {time} avant de publier, et davantage si nous vous montrons pourquoi. Ne regardez pas plus de données qu’il n’en faut comme preuve, n’en modifiez et n’en gardez aucune, et ne dérangez personne.',
  'policy.harbour': 'Pas de poursuites',
  'policy.harbourText':
    'Qui agit de bonne foi et respecte cette page le fait avec notre permission : nous n’engageons aucune poursuite et le disons si d’autres le font. Nous ne pouvons permettre ce que la loi interdit.',
  'policy.after': 'Ce que devient votre signalement',
  'policy.afterText':
    'Nous gardons ce que vous envoyez, uniquement pour le traiter, et rien de la connexion par laquelle il est venu. Nous signalons aux autorités les vulnérabilités activement exploitées, comme la loi l’exige, sans votre nom sauf votre accord.',
  'policy.more': 'La politique complète',
  'policy.machine': 'Pour les programmes : security.txt',
  'time.hours': '{count} heures',
  'time.days': '{count} jours',

  'report.title': 'Signaler une vulnérabilité',
  'report.intro':
    'Seul ce qui est indiqué comme obligatoire doit être rempli. Sans nom ni adresse, votre signalement est anonyme : suivez-le alors avec le code que vous recevez.',
  'report.required': 'obligatoire',
  'report.what': 'La vulnérabilité',
  'report.titleField': 'En une ligne',
  'report.text': 'Ce que c’est, comment le montrer, et à quoi cela mène',
  'report.textHint': 'Du texte seul, {max} caractères au plus.',
  'report.encrypted': 'Vous pouvez coller du texte chiffré avec notre clé.',
  'report.affected': 'Produit ou service',
  'report.version': 'Version',
  'report.you': 'Vous',
  'report.reporter': 'Nom',
  'report.contact': 'Adresse électronique ou autre moyen de vous joindre',
  'report.creditName': 'Nom sous lequel nous pouvons vous remercier publiquement',
  'report.creditHint':
    'Laissez ce champ vide et vous ne serez nommé nulle part. Vous pourrez changer d’avis.',
  'report.mail': 'Prévenez-moi par courriel quand le signalement avance',
  'report.mailHint':
    'Indiquez votre adresse électronique ci-dessus. Les courriels contiennent la référence et un lien, rien de ce que vous avez écrit ; vous pouvez y mettre fin sur la page du signalement.',
  'follow.mails': 'Vous êtes prévenu par courriel quand ce signalement avance.',
  'follow.endMails': 'Plus de courriels',
  'mail.subject': 'Votre signalement {reference}',
  'mail.text': `Votre signalement {reference} a avancé.

{state}

Lisez la suite et répondez avec votre code de suivi :
{link}

Vous avez demandé ces courriels en envoyant le signalement ; vous pouvez y mettre fin sur cette page. Il en vient au plus {max} par jour. Si vous n’avez rien signalé, dites-le-nous : {contact}`,
  'mail.state': 'État : {state}.',
  'mail.confidential':
    'L’état se lit sur la page ci-dessous. Tant que le signalement est confidentiel, aucun courriel ne le dit.',
  'report.submit': 'Envoyer le signalement',

  'field.empty': 'Ce champ doit être rempli.',
  'field.tooLong': 'C’est trop long : {max} caractères au plus.',
  'field.code': 'Aucun signalement n’a ce code.',

  'sent.title': 'Votre signalement est arrivé',
  'sent.reference': 'Référence',
  'sent.code': 'Code de suivi',
  'sent.codeHint':
    'Notez le code maintenant : il n’est montré qu’une fois et ne peut être redonné. Qui le possède lit l’état de votre signalement et nous écrit en votre nom.',
  'sent.next':
    'Nous confirmons avant le {when}. Nos réponses se trouvent sur la page « Votre signalement ».',
  'sent.reload': 'Ne rechargez pas cette page : cela enverrait votre signalement une seconde fois.',

  'follow.title': 'Votre signalement',
  'follow.intro': 'Saisissez le code que vous avez reçu en envoyant le signalement.',
  'follow.submit': 'Montrer',
  'follow.state': 'État',
  'follow.history': 'Ce qui s’est passé',
  'follow.by': 'Nous',
  'follow.you': 'Vous',
  'follow.add': 'Votre message',
  'follow.send': 'Envoyer',
  'follow.sent': 'Votre message est arrivé.',

  'state.received': 'reçu',
  'state.acknowledged': 'confirmé, nous l’examinons',
  'state.confirmed': 'reconnu comme vulnérabilité',
  'state.duplicate': 'déjà connu par un autre signalement',
  'state.invalid': 'pas une vulnérabilité, autant que nous puissions voir',
  'state.fixing': 'une correction est en cours',
  'state.fixed': 'corrigé, pas encore publié',
  'state.published': 'publié',
  'state.closed': 'clos',

  'thanks.title': 'Remerciements',
  'thanks.intro': 'Ils ont trouvé quelque chose et nous l’ont dit avant de le dire à d’autres :',
  'thanks.none': 'Personne encore.',

  'error.title': 'Cela n’a pas marché',
  'error.code': 'Code : {code}',
  'error.wait': 'Réessayez dans {count} minutes, ou écrivez-nous :',
  'error.elsewhere': 'Vous nous joignez à :',
  'error.toStart': 'Vers la page d’accueil',
  'problem.REQUEST_INVALID':
    'Un champ obligatoire est vide, ou un champ est trop long. Ce que vous avez saisi se trouve ci-dessous.',
  'problem.BODY_TOO_LARGE': 'C’est trop long. Envoyez moins, ou écrivez-nous.',
  'problem.TOO_MANY_REQUESTS': 'Trop de demandes sont venues de votre adresse.',
  'problem.REPORT_INBOX_FULL': 'Le formulaire n’accepte plus rien aujourd’hui.',
  'problem.REPORT_CODE_WRONG':
    'Ce code n’ouvre aucun signalement. Il commence par fwr_ et a été montré à l’envoi du signalement.',
  'problem.REPORT_FULL': 'Ce signalement est déjà trop long. Réécrivez demain.',
  'problem.DISCLOSURE_NOT_SET_UP':
    'Personne n’a encore dit où vont les signalements de vulnérabilités. Écrivez au fabricant de votre appareil.',
  'problem.ORIGIN_REFUSED':
    'Ce formulaire est venu d’un autre site. Ouvrez la page ici et renvoyez-le.',
  'problem.BODY_TYPE_UNSUPPORTED':
    'Le formulaire doit être envoyé en application/x-www-form-urlencoded, comme le font les navigateurs. Un programme l’indique dans Content-Type.',
  'problem.NOT_FOUND': 'Il n’y a rien à cette adresse. Les liens ci-dessus mènent plus loin.',
  'policy.news': 'Être informé des mises à jour de sécurité',
  'subscribe.title': 'Nouvelles de sécurité par courriel',
  'subscribe.intro':
    'Vous êtes informé des mises à jour de sécurité, des avis et de la fin de l’assistance d’un produit. C’est surtout utile pour les appareils sans écran.',
  'subscribe.address': 'Adresse électronique',
  'subscribe.product': 'Produit',
  'subscribe.productHint': 'Comme sur l’étiquette ou dans la notice : lumen-gateway-g1.',
  'subscribe.device': 'Numéro de l’appareil',
  'subscribe.deviceHint':
    'Sur l’étiquette de l’appareil, si vous voulez savoir quand vient son tour et jusqu’à quand une mise à jour peut être reportée.',
  'subscribe.submit': 'S’abonner',
  'subscribe.kept':
    'Nous ne gardons l’adresse que pour ces messages et la supprimons quand vous vous désabonnez.',
  'subscribe.asked': 'Regardez dans votre boîte aux lettres',
  'subscribe.askedText':
    'Si nous connaissons ce que vous avez saisi, un message avec un lien de confirmation est en route. Il est valable 24 heures.',
  'subscribe.askedHint':
    'S’il n’arrive pas : cherchez une erreur dans l’adresse et le produit, et regardez dans le dossier des indésirables. Une adresse reçoit au plus trois de ces messages par jour.',
  'confirm.title': 'Confirmer',
  'confirm.text': 'Cette adresse doit recevoir des nouvelles de {product} par courriel.',
  'confirm.submit': 'Oui, informez-moi',
  'confirm.done': 'Confirmé',
  'confirm.doneText':
    'Vous êtes informé à partir de maintenant. Chaque message contient un lien pour y mettre fin.',
  'unsubscribe.title': 'Se désabonner',
  'unsubscribe.text':
    'Plus aucun message sur {product} à cette adresse, pour aucun de ses appareils. L’adresse est supprimée.',
  'unsubscribe.submit': 'Se désabonner',
  'unsubscribe.done': 'Désabonné',
  'unsubscribe.doneText': 'Plus aucun message ne vient, et l’adresse est supprimée.',
  'field.address': 'Ce n’est pas une adresse électronique.',
  'field.name': 'Seulement des lettres, des chiffres et des traits d’union.',
  'problem.MAIL_NOT_SET_UP': 'Ce serveur n’envoie pas de courriels.',
  'problem.SUBSCRIPTIONS_FULL':
    'Aucun abonnement n’est plus accepté aujourd’hui. Réessayez demain.',
  'problem.LINK_OVER':
    'Ce lien n’est plus valable, ou un plus récent a été envoyé. Abonnez-vous de nouveau.',
  'problem.LINK_WRONG': 'Ce n’est pas un de nos liens. Copiez-le en entier depuis le message.',
  'problem.other': 'Quelque chose a échoué. Réessayez plus tard, ou écrivez-nous.',
}
