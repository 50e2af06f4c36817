/**
 * The dossier as a tagged PDF, for paper and for whoever files PDFs; the page has the same. With a font of the
 * operator's it is embedded and the file says that it is PDF/A-3b; without one the fonts every reader has are named, and
 * a character that those do not have is shown as a question mark. The same document gives the same bytes.
 */
import { accessSync } from 'node:fs'
import PDFDocument from 'pdfkit'
import { type Block, type DossierDocument, moment, NOTICE } from './document.ts'
import { DECLARATION_WORDS } from './fact-words.ts'

const MARGIN_POINTS = 50
const SIZES = { title: 20, item: 14, section: 11.5, words: 9, table: 7.5 }
/** PDF/A keeps its table of structure in memory until the end: the page and the files have the rest. */
const PDF_TABLE_MAX_ROWS = 100

type Structure = PDFKit.PDFStructureElement

export async function renderPdf(
  page: DossierDocument,
  fontFile: string | undefined,
): Promise<Uint8Array> {
  if (fontFile !== undefined) accessSync(fontFile)
  const paper = new Paper(page, fontFile)
  return paper.print()
}

class Paper {
  readonly #page: DossierDocument
  readonly #pdf: PDFKit.PDFDocument
  readonly #root: Structure
  readonly #isEmbedded: boolean

  constructor(page: DossierDocument, fontFile: string | undefined) {
    this.#page = page
    this.#isEmbedded = fontFile !== undefined
    this.#pdf = new PDFDocument({
      ...{ size: 'A4', margin: MARGIN_POINTS, pdfVersion: '1.7', tagged: true, lang: 'en' },
      displayTitle: true,
      ...(fontFile === undefined ? {} : { font: fontFile, subset: 'PDF/A-3b' }),
      info: {
        Title: this.#words(`${page.title}, dossier ${page.version}`),
        Subject: 'Technical documentation after Annex VII of Regulation (EU) 2024/2847',
        Producer: 'Fleetward',
        Creator: 'Fleetward',
        CreationDate: new Date(page.builtAt * 1000),
      },
    })
    this.#root = this.#pdf.struct('Document')
    this.#pdf.addStructure(this.#root)
  }

  async print(): Promise<Uint8Array> {
    const { title, product, version, builtAt, status, declaration, scope, gaps, items } = this.#page
    const parts: Buffer[] = []
    this.#pdf.on('data', (part: Buffer) => parts.push(part))
    const ended = new Promise<void>((resolve, reject) => {
      this.#pdf.once('end', resolve)
      this.#pdf.once('error', reject)
    })
    this.#heading('H1', title, SIZES.title)
    this.#facts([
      ['Technical documentation', 'after Annex VII of Regulation (EU) 2024/2847'],
      ['Product', product],
      ['Dossier', `${version}, built ${moment(builtAt)}`],
      ['Whether the Regulation applies', scope],
      ['Declaration of conformity', DECLARATION_WORDS[declaration]],
      ['Status', status],
    ])
    this.#paragraph(NOTICE)
    this.#heading('H2', 'Gaps', SIZES.item)
    this.#paragraph(
      gaps.length === 0 ? 'There are none.' : `This dossier is incomplete: ${gaps.length} gaps.`,
    )
    for (const { item, what, next } of gaps) this.#paragraph(`${item}: ${what}. To do: ${next}`)
    for (const { number, title: name, sections } of items) {
      this.#heading('H2', `${number}. ${name}`, SIZES.item)
      for (const section of sections) {
        this.#heading('H3', section.title, SIZES.section)
        for (const { item, what } of section.gaps) this.#paragraph(`Gap, ${item}: ${what}`)
        for (const block of section.blocks) this.#block(block)
        for (const { path, what } of section.files) this.#paragraph(`File ${path}: ${what}`)
      }
    }
    this.#root.end()
    this.#pdf.end()
    await ended
    return Buffer.concat(parts)
  }

  #block(block: Block): void {
    switch (block.kind) {
      case 'text':
        this.#paragraph(block.text)
        break
      case 'list':
        for (const item of block.items) this.#paragraph(`- ${item}`)
        break
      case 'facts':
        this.#facts(block.rows)
        break
      case 'table':
        this.#table(block)
    }
  }

  #heading(type: 'H1' | 'H2' | 'H3', words: string, size: number): void {
    this.#pdf.moveDown(0.5)
    this.#say(type, words, size)
    if (type !== 'H3') this.#pdf.outline.addItem(this.#words(words))
  }

  #facts(rows: readonly (readonly [string, string])[]): void {
    for (const [label, is] of rows) this.#paragraph(`${label}: ${is}`)
  }

  #paragraph(words: string): void {
    this.#say('P', words, SIZES.words)
  }

  #say(type: string, words: string, size: number): void {
    const element = this.#pdf.struct(type, {}, () => {
      this.#pdf.fontSize(size).text(this.#words(words), MARGIN_POINTS)
    })
    this.#root.add(element)
    element.end()
    this.#pdf.moveDown(0.2)
  }

  #table({ caption, columns, rows, more }: Extract<Block, { kind: 'table' }>): void {
    if (rows.length === 0) {
      this.#paragraph(`${caption}: none.`)
      return
    }
    const shown = rows.slice(0, PDF_TABLE_MAX_ROWS)
    this.#paragraph(caption)
    this.#pdf.fontSize(SIZES.table)
    this.#pdf.table({
      structParent: this.#root,
      data: [columns, ...shown].map((row, at) =>
        row.map((cell) => ({ text: this.#words(cell), type: at === 0 ? 'TH' : 'TD' })),
      ),
    } as PDFKit.Mixins.TableOptionsWithData)
    const rest = rows.length - shown.length + (more?.count ?? 0)
    if (rest > 0) this.#paragraph(`And ${rest} more: see the files of this archive.`)
  }

  /** Without what lays out text backwards or shows nothing; of the fonts that are not embedded only what they have. */
  #words(words: string): string {
    const plain = words.replace(/[\p{Cf}\p{Co}\p{Cn}]|(?!\n)\p{Cc}/gu, ' ')
    return this.#isEmbedded
      ? plain
      : plain.replace(/[^\n\u0020-\u007e\u00a0-\u00ff–—‘’“”•…€]/gu, '?')
  }
}
