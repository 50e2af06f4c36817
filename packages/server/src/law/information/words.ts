/** What stands around the manufacturer's words on the page of Annex II, in three languages. */
import type { Language } from '../../pages/language.ts'
import type { InformationLabel } from './annex-2.ts'

export interface InformationWords {
  readonly title: string
  readonly intro: string
  readonly notApplicable: string
  /** By months before the end of support: 12, 6, 1, 0. */
  readonly supportNotices: Readonly<Record<number, string>>
  /** By number of Annex II. */
  readonly items: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<InformationLabel, string>>
}

export const INFORMATION_WORDS: Readonly<Record<Language, InformationWords>> = {
  en: {
    title: 'Information for users: {name}',
    intro: 'What Annex II of Regulation (EU) 2024/2847 asks to be said about this product.',
    notApplicable: 'Does not apply',
    supportNotices: {
      12: 'Security updates for this product end within a year.',
      6: 'Security updates for this product end within six months.',
      1: 'Security updates for this product end within a month.',
      0: 'This product gets no security updates any more.',
    },
    items: {
      ...{ '1': 'Manufacturer', '2': 'Reporting vulnerabilities', '3': 'The product' },
      ...{ '4': 'Purpose and security', '5': 'Known risks', '6': 'Declaration of conformity' },
      ...{ '7': 'Security support', '8': 'Instructions', '9': 'Software bill of materials' },
    },
    labels: {
      ...{ manufacturer: 'Name', postalAddress: 'Postal address', email: 'E-mail' },
      ...{ contact: 'Other contact', website: 'Website', reportTo: 'Where to report' },
      ...{ policy: 'Policy on coordinated disclosure', name: 'Name', model: 'Type' },
      ...{ batches: 'Batches', serials: 'Serial numbers', further: 'Further identification' },
      ...{ purpose: 'Intended purpose', environment: 'Security environment' },
      ...{ functions: 'Essential functions', properties: 'Security properties' },
      risks: 'Circumstances that may lead to significant risks',
      declaration: 'EU declaration of conformity',
      ...{ support: 'Kind of support', supportEnds: 'Support until the end of' },
      commissioning: 'Secure use, from the first day on',
      changes: 'How changes can affect the security of data',
      updates: 'Installing security updates',
      decommissioning: 'Secure decommissioning and removal of data',
      turnOff: 'Turning off the automatic installation of security updates',
      ...{ integration: 'Building it into other products', sbom: 'Where it is' },
    },
  },
  de: {
    title: 'Informationen für Nutzer: {name}',
    intro: 'Was nach Anhang II der Verordnung (EU) 2024/2847 über dieses Produkt zu sagen ist.',
    notApplicable: 'Trifft nicht zu',
    supportNotices: {
      12: 'Sicherheitsupdates für dieses Produkt enden innerhalb eines Jahres.',
      6: 'Sicherheitsupdates für dieses Produkt enden innerhalb von sechs Monaten.',
      1: 'Sicherheitsupdates für dieses Produkt enden innerhalb eines Monats.',
      0: 'Dieses Produkt erhält keine Sicherheitsupdates mehr.',
    },
    items: {
      ...{ '1': 'Hersteller', '2': 'Schwachstellen melden', '3': 'Das Produkt' },
      ...{ '4': 'Zweck und Sicherheit', '5': 'Bekannte Risiken', '6': 'Konformitätserklärung' },
      ...{ '7': 'Sicherheitsunterstützung', '8': 'Anleitungen', '9': 'Software-Stückliste' },
    },
    labels: {
      ...{ manufacturer: 'Name', postalAddress: 'Postanschrift', email: 'E-Mail' },
      ...{ contact: 'Weiterer Kontakt', website: 'Website', reportTo: 'Wohin melden' },
      ...{ policy: 'Richtlinie zur koordinierten Offenlegung', name: 'Name', model: 'Typ' },
      ...{ batches: 'Chargen', serials: 'Seriennummern', further: 'Weitere Kennzeichnung' },
      ...{ purpose: 'Zweckbestimmung', environment: 'Sicherheitsumfeld' },
      ...{ functions: 'Wesentliche Funktionen', properties: 'Sicherheitseigenschaften' },
      risks: 'Umstände, die zu erheblichen Risiken führen können',
      declaration: 'EU-Konformitätserklärung',
      ...{ support: 'Art der Unterstützung', supportEnds: 'Unterstützung bis Ende' },
      commissioning: 'Sichere Verwendung vom ersten Tag an',
      changes: 'Wie Änderungen die Sicherheit von Daten berühren können',
      updates: 'Sicherheitsupdates installieren',
      decommissioning: 'Sichere Außerbetriebnahme und Löschen von Daten',
      turnOff: 'Die automatische Installation von Sicherheitsupdates abschalten',
      ...{ integration: 'Einbau in andere Produkte', sbom: 'Wo sie liegt' },
    },
  },
  fr: {
    title: 'Informations pour les utilisateurs : {name}',
    intro: 'Ce que l’annexe II du règlement (UE) 2024/2847 demande de dire sur ce produit.',
    notApplicable: 'Sans objet',
    supportNotices: {
      12: 'Les mises à jour de sécurité de ce produit prennent fin d’ici un an.',
      6: 'Les mises à jour de sécurité de ce produit prennent fin d’ici six mois.',
      1: 'Les mises à jour de sécurité de ce produit prennent fin d’ici un mois.',
      0: 'Ce produit ne reçoit plus de mises à jour de sécurité.',
    },
    items: {
      ...{ '1': 'Fabricant', '2': 'Signaler une vulnérabilité', '3': 'Le produit' },
      ...{ '4': 'Utilisation et sécurité', '5': 'Risques connus' },
      ...{ '6': 'Déclaration de conformité', '7': 'Assistance en matière de sécurité' },
      ...{ '8': 'Instructions', '9': 'Nomenclature des logiciels' },
    },
    labels: {
      ...{ manufacturer: 'Nom', postalAddress: 'Adresse postale', email: 'Courriel' },
      ...{ contact: 'Autre contact', website: 'Site web', reportTo: 'Où signaler' },
      ...{ policy: 'Politique de divulgation coordonnée', name: 'Nom', model: 'Type' },
      ...{ batches: 'Lots', serials: 'Numéros de série', further: 'Autre identification' },
      ...{ purpose: 'Utilisation prévue', environment: 'Environnement de sécurité' },
      ...{ functions: 'Fonctions essentielles', properties: 'Propriétés de sécurité' },
      risks: 'Circonstances pouvant entraîner des risques importants',
      declaration: 'Déclaration UE de conformité',
      ...{ support: 'Type d’assistance', supportEnds: 'Assistance jusqu’à la fin de' },
      commissioning: 'Utilisation sûre dès le premier jour',
      changes: 'Comment des modifications peuvent toucher la sécurité des données',
      updates: 'Installer les mises à jour de sécurité',
      decommissioning: 'Mise hors service sûre et suppression des données',
      turnOff: 'Désactiver l’installation automatique des mises à jour de sécurité',
      ...{ integration: 'Intégration dans d’autres produits', sbom: 'Où elle se trouve' },
    },
  },
}
