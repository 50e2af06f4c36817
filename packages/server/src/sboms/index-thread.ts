/** The thread of index-sbom.ts: reads an SBOM whole, and hands over its components with their keys, some at a time. */
import { workerData } from 'node:worker_threads'
import {
  checkQuality,
  depthOf,
  QUALITY_PROFILES,
  readSbom,
  type SbomDocument,
  SbomError,
} from '@fleetward/vulnerability'
import { keyRowsOf } from '../feeds/key-rows.ts'
import { hand } from '../threads/thread-side.ts'
import type { IndexThreadMessage } from './index-sbom.ts'
import type { NumberedComponent, SbomAbout, SbomQuality } from './sbom-index-store.ts'

const COMPONENTS_AT_ONCE = 500

await hand(await reading(workerData as Uint8Array))

async function reading(bytes: Uint8Array): Promise<IndexThreadMessage & { isLast: true }> {
  let sbom: SbomDocument
  try {
    sbom = await readSbom(bytes)
  } catch (error) {
    if (!(error instanceof SbomError)) throw error
    return { isLast: true, trouble: `${error.code}: ${error.message}` }
  }
  const about = aboutOf(sbom)
  for (let from = 0; from < sbom.components.length; from += COMPONENTS_AT_ONCE) {
    const components: NumberedComponent[] = sbom.components
      .slice(from, from + COMPONENTS_AT_ONCE)
      .map((component) => ({ component, keys: keyRowsOf(component) }))
    await hand<IndexThreadMessage>({ isLast: false, about, from, components })
  }
  return { isLast: true, about }
}

function aboutOf(sbom: SbomDocument): SbomAbout {
  const quality: SbomQuality = Object.fromEntries(
    QUALITY_PROFILES.map((profile) => {
      const { passed, counts, coverage } = checkQuality(sbom, profile)
      const failed = counts.filter(({ asked, met }) => asked !== met)
      return [profile, { passed, failed, coverage }]
    }),
  )
  const { components, direct, transitive, deepest, withoutGraph } = depthOf(sbom)
  return {
    ...{ sha256: sbom.sha256, format: sbom.format, formatVersion: sbom.formatVersion },
    ...{ about: sbom.about?.purl, componentsCount: sbom.components.length },
    ...{
      depth: { components, direct, transitive, deepest, withoutGraph: withoutGraph.length },
      quality,
    },
  }
}
