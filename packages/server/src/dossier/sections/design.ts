/** Annex VII 2(a) and (c): design, development, production. They are the manufacturer's own documents; here is where they lie. */
import { list, text } from '../document.ts'
import { item7 } from '../fact-gaps.ts'
import type { Section } from '../section.ts'

export const design: Section = {
  id: 'design',
  item: '2',
  title: 'Design, development and production',
  async write(source) {
    const { design: drawn = [], production = [] } = source.facts
    const blocks = [
      ...(drawn.length === 0 ? [] : [text('Design and development (2(a)):'), list(drawn)]),
      ...(production.length === 0
        ? []
        : [text('Production and monitoring (2(c)):'), list(production)]),
    ]
    return { blocks, gaps: item7('2')(source) }
  },
}
