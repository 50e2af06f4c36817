import type { MailCatalogue } from './en.ts'

export const fr: MailCatalogue = {
  'confirm.subject': 'Veuillez confirmer : nouvelles de {product} par courriel',
  'confirm.text': `Quelqu’un, sans doute vous, a demandé que cette adresse soit informée des mises à jour de sécurité de {product}{device}.

Pour confirmer, ouvrez cette adresse dans les 24 heures et appuyez sur le bouton :
{link}

Si ce n’était pas vous, ne faites rien : l’adresse est supprimée après un jour et aucun autre message ne suit.`,
  'of.device': ' (appareil {device})',
  'update.subject': 'Mise à jour de sécurité {version} pour {product}',
  'update.text': `Une mise à jour de sécurité est disponible pour {product}{device} : version {version}.
{summary}
La plupart des appareils l’installent d’eux-mêmes. Là où le propriétaire décide, {postpone}

Que faire : laissez l’appareil allumé et connecté, et laissez-le installer la mise à jour.`,
  'update.now': 'elle ne peut pas être reportée.',
  'update.upTo': 'elle peut être reportée de {time} en tout.',
  'update.until': 'elle peut être reportée jusqu’au {when}.',
  'support.subject': 'Les mises à jour de sécurité de {product} prennent fin {in}',
  'support.subjectOver': 'Plus de mises à jour de sécurité pour {product}',
  'support.text': `L’assistance du fabricant pour {product} prend fin avec {month} : {in}. Jusque-là, il reçoit des mises à jour de sécurité, ensuite plus aucune.

Que faire : prévoyez de remplacer l’appareil, ou de l’utiliser sans réseau à partir de cette date.`,
  'support.textOver': `L’assistance du fabricant pour {product} a pris fin avec {month}. Il ne reçoit plus de mises à jour de sécurité ; les nouvelles failles restent ouvertes.

Que faire : remplacez l’appareil ou déconnectez-le du réseau. Les mises à jour déjà publiées peuvent encore être installées.`,
  'support.months': 'dans {count} mois',
  'support.month': 'dans un mois',
  'advisory.subject': 'Avis de sécurité pour {product} : {title}',
  'advisory.text': `Un nouvel avis de sécurité concerne {product} : {title} ({advisory}).

Ce qui est touché et que faire :
{url}`,
  'advisory.textUpdated': `L’avis de sécurité {advisory} pour {product} a été modifié : {title}.

Ce qui est touché et que faire :
{url}`,
  'notice.subject': 'Important pour votre sécurité : {product}',
  'notice.versions': 'Ceci concerne {product} en version {list}.\n\n',
  end: `--
Vous recevez ce message parce que cette adresse s’est abonnée aux nouvelles de {product}.
Se désabonner : {link}`,
  'time.days': '{count} jours',
  'time.day': 'un jour',
  'time.hours': '{count} heures',
}
