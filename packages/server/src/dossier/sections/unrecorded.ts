/**
 * What the annexes ask for and this server keeps no record of: named, so that no dossier calls itself complete without
 * it. Whoever adds a section with such a record takes its line out here.
 */
import type { DossierGap } from '@fleetward/shared'
import { list, text } from '../document.ts'
import type { Annex7Item, Section } from '../section.ts'

const BESIDE = 'Hand your own document over with the dossier.'

const MISSING: Readonly<Partial<Record<Annex7Item, readonly Omit<DossierGap, 'next'>[]>>> = {
  '2': [{ item: 'VII.2(b)', what: 'Due diligence on components (Art. 13(5)) is not recorded' }],
}

export const unrecorded: readonly Section[] = Object.entries(MISSING).map(([item, missing]) => ({
  id: `unrecorded-${item}`,
  item: item as Annex7Item,
  title: 'What is not recorded here',
  async write() {
    const gaps = missing.map((one) => ({ ...one, next: BESIDE }))
    return {
      blocks: [text('Not recorded by this server:'), list(missing.map(({ what }) => what))],
      gaps,
    }
  },
}))
