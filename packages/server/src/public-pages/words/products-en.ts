/** Words on the pages of products: the start page, downloads, declarations, and what a site elsewhere says instead of a form. */
export const productsEn = {
  'nav.products': 'Products',
  'nav.product': 'This product',
  'nav.information': 'Information',
  'nav.downloads': 'Updates by hand',
  'nav.declaration': 'Declaration of conformity',

  'products.title': 'Products',
  'products.intro': 'What we make, until when it gets security updates, and where to read more.',
  'products.none': 'No product shows its information here yet.',
  'products.support': 'Security updates until the end of {month}',
  'products.supportOver': 'Security updates ended at the end of {month}',
  'products.supportUnknown': 'Nobody has said until when it gets security updates',
  'products.news': 'Security news by mail',

  'downloads.title': 'Updates by hand: {name}',
  'downloads.intro':
    'Devices update themselves. Who wants to look at an update first, or bring it to a device by hand, finds here every release that is published and was not withdrawn.',
  'downloads.none': 'No release is published yet.',
  'downloads.more': 'Older releases are not listed: these are the newest {max}.',
  'downloads.newestFix': 'Newest security update',
  'downloads.kind.security': 'Security update',
  'downloads.kind.functionality': 'New functions',
  'downloads.kind.combined': 'Security update with new functions',
  'downloads.released': 'Published',
  'downloads.file': 'File',
  'downloads.size': 'Size',
  'downloads.fits': 'Fits',
  'downloads.fixes': 'Fixes',
  'downloads.advisories': 'Advisories',
  'downloads.notes': 'What is new',
  'downloads.download': 'Download {version}',
  'downloads.atServer': 'The file itself is not part of this site. It lies at:',
  'downloads.sums': 'All hashes as a file: SHA256SUMS',
  'downloads.verify': 'How to verify a file',
  'downloads.verifyText':
    'Compute its SHA-256 and compare every character with what stands above. With the file SHA256SUMS beside what you downloaded, one command does it for you:',
  'downloads.verifyLinux': 'Linux',
  'downloads.verifyOne': 'Any system with OpenSSL',
  'downloads.verifyWindows': 'Windows (PowerShell)',
  'downloads.worth':
    'The hash says that the file came whole. That it is ours, the device checks by itself: it installs nothing that our release keys did not sign, however it came.',
  'downloads.install': 'How to bring it to a device',
  'downloads.installText':
    'A device without a network takes an update from a bundle: one file with the update and all its signatures, which we make for you. Ask us for it, carry it to the device, and install it there:',
  'downloads.installAfter':
    'What does not verify is refused, and the device goes on with what it has.',
  'downloads.instructions': 'The instructions for this product',
  'downloads.instead': 'How updates come',
  'downloads.insteadAutomatic':
    'Updates of this product are not for download here. The device fetches them by itself over an encrypted connection, checks our signatures and installs them; if an update fails, it goes back to what it ran before.',
  'downloads.insteadAsked':
    'Updates of this product are not for download here. The device fetches them by itself over an encrypted connection, checks our signatures and installs them when its owner agrees; if an update fails, it goes back to what it ran before.',

  'declaration.title': 'EU declaration of conformity: {name}',
  'declaration.intro':
    'As it was signed for the manufacturer (Regulation (EU) 2024/2847, Annex V).',
  'declaration.signature': 'Signature',
  'declaration.number': 'Number',
  'declaration.signer': 'Signed by',
  'declaration.function': 'Function',
  'declaration.place': 'Place',
  'declaration.date': 'Date',
  'declaration.files': 'As a file',
  'declaration.pdf': 'The signed document (PDF)',
  'declaration.text': 'The text (plain text)',
  'declaration.simplified': 'Simplified declaration',
  'declaration.simplifiedText':
    'This is what accompanies the product where the full text does not (Annex VI):',

  'static.report':
    'This is a copy of our pages without a form. Write to one of these addresses; the preferred one comes first:',
}
export type ProductWords = Readonly<Record<keyof typeof productsEn, string>>
