/** What a declaration of conformity says around the words of its manufacturer, in `{of}`. It is signed: a change of a word here asks for new signatures. */

const SENTENCES = {
  responsibility:
    'This declaration of conformity is issued under the sole responsibility of the manufacturer.',
  conforms: 'The object of the declaration described above is in conformity with {of}.',
  inPart: '{of} (applied in part)',
  notApplicable: 'Not applicable: {of}',
  procedure: 'Conformity assessment procedure: {of}',
  body: 'Notified body: {of}',
  certificate: 'Certificate: {of}',
} as const

export type DeclarationSentence = keyof typeof SENTENCES

/** Which of them an item of Annex V may hold. */
export const SENTENCES_OF: Readonly<Record<string, readonly DeclarationSentence[]>> = {
  '3': ['responsibility'],
  '5': ['conforms'],
  '6': ['notApplicable', 'inPart'],
  '7': ['procedure', 'body', 'certificate', 'notApplicable'],
}

export function declared(sentence: DeclarationSentence, of = ''): string {
  return SENTENCES[sentence].replace('{of}', () => of)
}

/** What stands in a line for `{of}`; undefined: the line is another sentence. */
export function partIn(line: string, sentence: DeclarationSentence): string | undefined {
  const [before = '', after] = SENTENCES[sentence].split('{of}')
  if (after === undefined) return line === before ? '' : undefined
  const isThis = line.startsWith(before) && line.endsWith(after)
  return isThis ? line.slice(before.length, line.length - after.length) : undefined
}
