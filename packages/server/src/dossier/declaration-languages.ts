/**
 * The sentences of Annexes V and VI in the languages of readers, in the words of the Official Journal where it has them.
 * English is what is signed; the compiler names what another language lacks.
 */
import type { DeclarationSentence } from './declaration-sentences.ts'

export const TRANSLATED = ['de', 'fr'] as const
export type TranslatedLanguage = (typeof TRANSLATED)[number]

/** Items that hold words; the eighth is the signature. */
type ItemNumber = '1' | '2' | '3' | '4' | '5' | '6' | '7'

export interface DeclarationLanguage {
  readonly title: string
  /** Which text decides. */
  readonly note: string
  /** Heads the text that was signed. */
  readonly original: string
  readonly items: Readonly<Record<ItemNumber, string>>
  /** `{of}`: what the manufacturer wrote. */
  readonly sentences: Readonly<Record<DeclarationSentence, string>>
  /** Words in the names of acts. */
  readonly acts: Readonly<Record<string, string>>
  readonly certification: string
  /** `{by}` `{type}` `{url}` */
  readonly simplified: string
}

export const DECLARATION_LANGUAGES: Readonly<Record<TranslatedLanguage, DeclarationLanguage>> = {
  de: {
    title: 'EU-Konformitätserklärung',
    note: 'Dies ist eine Übersetzung. Unterschrieben wurde der englische Text, der unten steht; er entscheidet. Was der Hersteller selbst geschrieben hat, steht da, wie er es schrieb.',
    original: 'Der maßgebliche Text (englisch)',
    items: {
      '1': 'Name, Typ und eindeutige Kennzeichnung',
      '2': 'Name und Anschrift des Herstellers',
      '3': 'Erklärung der alleinigen Verantwortung',
      '4': 'Gegenstand der Erklärung',
      '5': 'Rechtsvorschriften der Union, denen es entspricht',
      '6': 'Normen, Spezifikationen oder Zertifizierung',
      '7': 'Konformitätsverfahren und notifizierte Stelle',
    },
    sentences: {
      responsibility:
        'Die alleinige Verantwortung für die Ausstellung dieser Konformitätserklärung trägt der Hersteller.',
      conforms: 'Der oben beschriebene Gegenstand der Erklärung entspricht: {of}.',
      inPart: '{of} (teilweise angewandt)',
      notApplicable: 'Nicht zutreffend: {of}',
      procedure: 'Konformitätsbewertungsverfahren: {of}',
      body: 'Notifizierte Stelle: {of}',
      certificate: 'Bescheinigung: {of}',
    },
    acts: { Regulation: 'Verordnung', Directive: 'Richtlinie', No: 'Nr.', EC: 'EG' },
    certification: 'Zertifizierung',
    simplified:
      'Hiermit erklärt {by}, dass das Produkt mit digitalen Elementen des Typs {type} der Verordnung (EU) 2024/2847 entspricht. Der vollständige Text der EU-Konformitätserklärung ist unter der folgenden Internetadresse verfügbar: {url}',
  },
  fr: {
    title: 'Déclaration UE de conformité',
    note: 'Ceci est une traduction. Ce qui a été signé est le texte anglais ci-dessous ; lui seul fait foi. Ce que le fabricant a écrit lui-même reste tel qu’il l’a écrit.',
    original: 'Le texte qui fait foi (anglais)',
    items: {
      '1': 'Nom, type et identification unique',
      '2': 'Nom et adresse du fabricant',
      '3': 'Déclaration de la seule responsabilité',
      '4': 'Objet de la déclaration',
      '5': 'Législation de l’Union à laquelle il est conforme',
      '6': 'Normes, spécifications ou certification',
      '7': 'Procédure de conformité et organisme notifié',
    },
    sentences: {
      responsibility:
        'La présente déclaration de conformité est établie sous la seule responsabilité du fabricant.',
      conforms: 'L’objet de la déclaration décrit ci-dessus est conforme à : {of}.',
      inPart: '{of} (appliquée en partie)',
      notApplicable: 'Sans objet : {of}',
      procedure: 'Procédure d’évaluation de la conformité : {of}',
      body: 'Organisme notifié : {of}',
      certificate: 'Certificat : {of}',
    },
    acts: { Regulation: 'règlement', Directive: 'directive', No: 'n°', EC: 'CE' },
    certification: 'certification',
    simplified:
      'Par la présente, {by} déclare que le produit comportant des éléments numériques du type {type} est conforme au règlement (UE) 2024/2847. Le texte complet de la déclaration UE de conformité est disponible à l’adresse internet suivante : {url}',
  },
}
