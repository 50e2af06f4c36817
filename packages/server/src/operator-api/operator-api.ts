/** All routes of the operator API with the document that describes them. */
import { nodeVerifier } from '@fleetward/platform'
import type { Router } from 'express'
import type { Logger } from 'pino'
import type { Accounts } from '../accounts/open-accounts.ts'
import { advisoryRoutes } from '../advisories/advisory-routes.ts'
import { documentRoutes } from '../advisories/document-routes.ts'
import type { OpenPgpKeys } from '../advisories/openpgp-keys.ts'
import { treeRoutes } from '../advisories/tree-routes.ts'
import type { ArtifactIntake } from '../artifacts/artifact-intake.ts'
import { attentionRoutes } from '../attention/attention-routes.ts'
import type { Books } from '../bookkeeping.ts'
import { caseRoutes } from '../cases/case-routes.ts'
import { suggestionRoutes } from '../cases/suggestion-routes.ts'
import { disclosureRoutes } from '../disclosure/disclosure-routes.ts'
import { declarationPublicationRoutes } from '../dossier/declaration-publication-routes.ts'
import { declarationRoutes } from '../dossier/declaration-routes.ts'
import { dossierRoutes } from '../dossier/dossier-routes.ts'
import type { DossierWorks } from '../dossier/dossier-works.ts'
import { entitlementRoutes } from '../entitlements/entitlement-routes.ts'
import { evidenceRoutes } from '../evidence/evidence-routes.ts'
import { exposureRoutes, findingExposureRoutes } from '../exposure/exposure-routes.ts'
import type { FeedIntake } from '../feeds/feed-intake.ts'
import { feedRoutes } from '../feeds/feed-routes.ts'
import { type FeedSourceRules, feedSourceRoutes } from '../feeds/sources/feed-source-routes.ts'
import { findingRoutes } from '../findings/finding-routes.ts'
import { gateRoutes } from '../gate/gate-routes.ts'
import { policyRoutes } from '../gate/policy-routes.ts'
import { waiverRoutes } from '../gate/waiver-routes.ts'
import { lawRoutes } from '../law/law-routes.ts'
import type { Edge } from '../ports.ts'
import { factsRoutes } from '../product-facts/facts-routes.ts'
import { productRoutes } from '../products/product-routes.ts'
import type { OnlineKeys } from '../publishing/online-keys.ts'
import { metadataRoutes } from '../releases/metadata-routes.ts'
import { type ReleaseRoutesNeeds, releaseRoutes } from '../releases/release-routes.ts'
import { riskRoutes } from '../risks/risk-routes.ts'
import { curveRoutes } from '../rollouts/curve/curve-routes.ts'
import { deadlineRoutes } from '../rollouts/deadlines/deadline-routes.ts'
import { memberRoutes } from '../rollouts/member-routes.ts'
import { previewRoutes } from '../rollouts/preview-routes.ts'
import { rolloutRoutes } from '../rollouts/rollout-routes.ts'
import type { RolloutRunner } from '../rollouts/runner.ts'
import { differenceRoutes } from '../sboms/difference-routes.ts'
import { pathRoutes } from '../sboms/path-routes.ts'
import {
  type KeyRoutesNeeds,
  productKeyRoutes,
  serverKeyRoutes,
} from '../server-keys/key-routes.ts'
import { vexRoutes } from '../vex/vex-routes.ts'
import { bookRoutes, productBookRoutes } from './book-routes.ts'
import { docsRoutes } from './docs-page.ts'
import { openApiDocument } from './openapi.ts'
import { OPERATOR_PATHS } from './operator-paths.ts'

export interface OperatorApi {
  /** Below /api/1. */
  readonly routers: readonly Router[]
  /** Below /api/1/products/:product. */
  readonly productRouters: readonly Router[]
  readonly openApi: ReturnType<typeof openApiDocument>
}

export function operatorApi(
  core: ReleaseRoutesNeeds & {
    readonly runner: RolloutRunner
    readonly keys: OnlineKeys
    readonly serverKeys: KeyRoutesNeeds
    readonly books: Books
    readonly artifacts: ArtifactIntake
    readonly dossierWorks: DossierWorks
    readonly accounts: Accounts
    readonly publicBase: string
    readonly openPgpKeys: OpenPgpKeys
    readonly feedIntake: FeedIntake
    readonly feedSourceRules: FeedSourceRules
    readonly log: Logger
    /** By which names this server goes. */
    readonly hosts: readonly string[]
  },
  edge: Pick<Edge, 'anchors' | 'operatorRoutes' | 'openApiPaths'>,
): OperatorApi {
  const { database, keys, manifests, clock, accounts, publicBase } = core
  return {
    routers: [
      attentionRoutes({ database, clock, log: core.log, hosts: core.hosts }),
      productRoutes({ database, keys, anchors: edge.anchors, clock }),
      serverKeyRoutes(core.serverKeys),
      ...accounts.routers,
      docsRoutes(),
      ...bookRoutes(core),
      disclosureRoutes(core),
      treeRoutes({ database, publicBase, keys: core.openPgpKeys }),
      feedRoutes(core),
      feedSourceRoutes(core),
      caseRoutes({ database, clock }),
      suggestionRoutes({ database, clock }),
      exposureRoutes({ database, clock }),
    ],
    productRouters: [
      releaseRoutes(core),
      metadataRoutes({ database, artifacts: core.artifacts, verifier: nodeVerifier }),
      differenceRoutes({ database, artifacts: core.artifacts }),
      productKeyRoutes(core.serverKeys),
      factsRoutes({ database, artifacts: core.artifacts, clock }),
      riskRoutes({ database, clock }),
      ...lawRoutes({
        ...{ database, artifacts: core.artifacts, clock, publicBase: core.publicBase },
        retention: core.books.retention,
      }),
      findingRoutes({ database, clock }),
      findingExposureRoutes({ database, clock }),
      pathRoutes({ database, artifacts: core.artifacts }),
      vexRoutes(core),
      dossierRoutes(core),
      declarationRoutes(core),
      declarationPublicationRoutes({ database, clock, publicBase }),
      gateRoutes({ database, artifacts: core.artifacts, clock }),
      evidenceRoutes({ database, artifacts: core.artifacts, clock }),
      policyRoutes({ database, clock }),
      waiverRoutes({ database, clock }),
      advisoryRoutes({ database, clock, publicBase, keys: core.openPgpKeys }),
      documentRoutes({ database, clock, publicBase }),
      rolloutRoutes({ database, manifests, runner: core.runner, clock }),
      deadlineRoutes({ database, clock }),
      entitlementRoutes({ database, manifests, clock }),
      memberRoutes({ database, runner: core.runner }),
      curveRoutes({ database, clock }),
      previewRoutes({ database, manifests, runner: core.runner }),
      ...productBookRoutes(core),
      ...edge.operatorRoutes,
    ],
    openApi: openApiDocument([...OPERATOR_PATHS, ...edge.openApiPaths]),
  }
}
