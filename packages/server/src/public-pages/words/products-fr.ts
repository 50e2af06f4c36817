import type { ProductWords } from './products-en.ts'

export const productsFr: ProductWords = {
  'nav.products': 'Produits',
  'nav.product': 'Ce produit',
  'nav.information': 'Informations',
  'nav.downloads': 'Mises à jour à la main',
  'nav.declaration': 'Déclaration de conformité',

  'products.title': 'Produits',
  'products.intro':
    'Ce que nous fabriquons, jusqu’à quand il reçoit des mises à jour de sécurité, et où en lire plus.',
  'products.none': 'Aucun produit ne montre encore ses informations ici.',
  'products.support': 'Mises à jour de sécurité jusqu’à fin {month}',
  'products.supportOver': 'Les mises à jour de sécurité ont cessé fin {month}',
  'products.supportUnknown':
    'Personne n’a dit jusqu’à quand il reçoit des mises à jour de sécurité',
  'products.news': 'Nouvelles de sécurité par courriel',

  'downloads.title': 'Mises à jour à la main : {name}',
  'downloads.intro':
    'Les appareils se mettent à jour eux-mêmes. Qui veut d’abord regarder une mise à jour, ou l’apporter à la main à un appareil, trouve ici chaque version publiée et non retirée.',
  'downloads.none': 'Aucune version n’est encore publiée.',
  'downloads.more':
    'Les versions plus anciennes ne figurent pas ici : voici les {max} plus récentes.',
  'downloads.newestFix': 'Dernière mise à jour de sécurité',
  'downloads.kind.security': 'Mise à jour de sécurité',
  'downloads.kind.functionality': 'Nouvelles fonctions',
  'downloads.kind.combined': 'Mise à jour de sécurité avec de nouvelles fonctions',
  'downloads.released': 'Publiée',
  'downloads.file': 'Fichier',
  'downloads.size': 'Taille',
  'downloads.fits': 'Convient à',
  'downloads.fixes': 'Corrige',
  'downloads.advisories': 'Avis',
  'downloads.notes': 'Ce qui est nouveau',
  'downloads.download': 'Télécharger {version}',
  'downloads.atServer': 'Le fichier lui-même ne fait pas partie de ce site. Il se trouve ici :',
  'downloads.sums': 'Toutes les empreintes dans un fichier : SHA256SUMS',
  'downloads.verify': 'Comment vérifier un fichier',
  'downloads.verifyText':
    'Calculez son empreinte SHA-256 et comparez chaque caractère avec ce qui figure ci-dessus. Avec le fichier SHA256SUMS à côté de celui que vous avez téléchargé, une commande le fait pour vous :',
  'downloads.verifyLinux': 'Linux',
  'downloads.verifyOne': 'Tout système avec OpenSSL',
  'downloads.verifyWindows': 'Windows (PowerShell)',
  'downloads.worth':
    'L’empreinte dit que le fichier est arrivé entier. Qu’il vient de nous, l’appareil le vérifie lui-même : il n’installe rien que nos clés n’ont pas signé, quel que soit le chemin.',
  'downloads.install': 'Comment l’apporter à un appareil',
  'downloads.installText':
    'Un appareil sans réseau prend une mise à jour d’un paquet : un fichier avec la mise à jour et toutes ses signatures, que nous préparons pour vous. Demandez-le-nous, apportez-le à l’appareil et installez-le :',
  'downloads.installAfter':
    'Ce qui ne passe pas la vérification est refusé, et l’appareil continue avec ce qu’il a.',
  'downloads.instructions': 'Les instructions de ce produit',
  'downloads.instead': 'Comment viennent les mises à jour',
  'downloads.insteadAutomatic':
    'Les mises à jour de ce produit ne se téléchargent pas ici. L’appareil les cherche lui-même par une connexion chiffrée, vérifie nos signatures et les installe ; si une mise à jour échoue, il revient à ce qui tournait avant.',
  'downloads.insteadAsked':
    'Les mises à jour de ce produit ne se téléchargent pas ici. L’appareil les cherche lui-même par une connexion chiffrée, vérifie nos signatures et les installe quand son propriétaire est d’accord ; si une mise à jour échoue, il revient à ce qui tournait avant.',

  'declaration.title': 'Déclaration UE de conformité : {name}',
  'declaration.intro':
    'Telle qu’elle a été signée pour le fabricant (règlement (UE) 2024/2847, annexe V).',
  'declaration.signature': 'Signature',
  'declaration.number': 'Numéro',
  'declaration.signer': 'Signée par',
  'declaration.function': 'Fonction',
  'declaration.place': 'Lieu',
  'declaration.date': 'Date',
  'declaration.files': 'En fichier',
  'declaration.pdf': 'Le document signé (PDF)',
  'declaration.text': 'Le texte (texte brut)',
  'declaration.simplified': 'Déclaration simplifiée',
  'declaration.simplifiedText':
    'Elle accompagne le produit quand le texte complet ne l’accompagne pas (annexe VI) :',

  'static.report':
    'Ceci est une copie de nos pages sans formulaire. Écrivez à l’une de ces adresses, la préférée en premier :',
}
