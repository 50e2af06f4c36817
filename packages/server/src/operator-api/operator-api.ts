/** All routes of the operator API with the document that describes them. */
import type { Router } from 'express'
import type { Accounts } from '../accounts/open-accounts.ts'
import { advisoryPaths } from '../advisories/advisory-api.ts'
import { advisoryRoutes } from '../advisories/advisory-routes.ts'
import type { OpenPgpKeys } from '../advisories/openpgp-keys.ts'
import { treeRoutes } from '../advisories/tree-routes.ts'
import type { ArtifactIntake } from '../artifacts/artifact-intake.ts'
import type { Books } from '../bookkeeping.ts'
import { casePaths } from '../cases/case-api.ts'
import { caseRoutes } from '../cases/case-routes.ts'
import { suggestionPaths } from '../cases/suggestion-api.ts'
import { suggestionRoutes } from '../cases/suggestion-routes.ts'
import { disclosurePaths } from '../disclosure/disclosure-api.ts'
import { disclosureRoutes } from '../disclosure/disclosure-routes.ts'
import { entitlementPaths } from '../entitlements/entitlement-api.ts'
import { entitlementRoutes } from '../entitlements/entitlement-routes.ts'
import { evidencePaths } from '../evidence/evidence-api.ts'
import { evidenceRoutes } from '../evidence/evidence-routes.ts'
import { exposurePaths } from '../exposure/exposure-api.ts'
import { exposureRoutes, findingExposureRoutes } from '../exposure/exposure-routes.ts'
import { feedPaths } from '../feeds/feed-api.ts'
import type { FeedIntake } from '../feeds/feed-intake.ts'
import { feedRoutes } from '../feeds/feed-routes.ts'
import { feedSourcePaths } from '../feeds/sources/feed-source-api.ts'
import { type FeedSourceRules, feedSourceRoutes } from '../feeds/sources/feed-source-routes.ts'
import { findingPaths } from '../findings/finding-api.ts'
import { findingRoutes } from '../findings/finding-routes.ts'
import { gatePaths } from '../gate/gate-api.ts'
import { gateRoutes } from '../gate/gate-routes.ts'
import { policyPaths } from '../gate/policy-api.ts'
import { policyRoutes } from '../gate/policy-routes.ts'
import { waiverPaths } from '../gate/waiver-api.ts'
import { waiverRoutes } from '../gate/waiver-routes.ts'
import { lawPaths, lawRoutes } from '../law/law-routes.ts'
import type { Edge } from '../ports.ts'
import { factsPaths } from '../product-facts/facts-api.ts'
import { factsRoutes } from '../product-facts/facts-routes.ts'
import { productPaths } from '../products/product-api.ts'
import { productRoutes } from '../products/product-routes.ts'
import type { OnlineKeys } from '../publishing/online-keys.ts'
import { releasePaths } from '../releases/release-api.ts'
import { type ReleaseRoutesNeeds, releaseRoutes } from '../releases/release-routes.ts'
import { riskPaths } from '../risks/risk-api.ts'
import { riskRoutes } from '../risks/risk-routes.ts'
import { deadlinePaths } from '../rollouts/deadlines/deadline-api.ts'
import { deadlineRoutes } from '../rollouts/deadlines/deadline-routes.ts'
import { memberRoutes } from '../rollouts/member-routes.ts'
import { rolloutPaths } from '../rollouts/rollout-api.ts'
import { rolloutRoutes } from '../rollouts/rollout-routes.ts'
import type { RolloutRunner } from '../rollouts/runner.ts'
import { productKeyPaths, serverKeyPaths } from '../server-keys/key-api.ts'
import {
  type KeyRoutesNeeds,
  productKeyRoutes,
  serverKeyRoutes,
} from '../server-keys/key-routes.ts'
import { vexPaths } from '../vex/vex-api.ts'
import { vexRoutes } from '../vex/vex-routes.ts'
import { bookPaths, bookRoutes, productBookRoutes } from './book-routes.ts'
import { docsPaths, docsRoutes } from './docs-page.ts'
import { openApiDocument } from './openapi.ts'

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
    readonly accounts: Accounts
    readonly publicBase: string
    readonly openPgpKeys: OpenPgpKeys
    readonly feedIntake: FeedIntake
    readonly feedSourceRules: FeedSourceRules
  },
  edge: Pick<Edge, 'anchors' | 'operatorRoutes' | 'openApiPaths'>,
): OperatorApi {
  const { database, keys, manifests, clock, accounts, publicBase } = core
  return {
    routers: [
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
      productKeyRoutes(core.serverKeys),
      factsRoutes({ database, artifacts: core.artifacts, clock }),
      riskRoutes({ database, clock }),
      ...lawRoutes({ ...core, retention: core.books.retention }),
      findingRoutes({ database, clock }),
      findingExposureRoutes({ database, clock }),
      vexRoutes(core),
      gateRoutes({ database, artifacts: core.artifacts, clock }),
      evidenceRoutes({ database, artifacts: core.artifacts, clock }),
      policyRoutes({ database, clock }),
      waiverRoutes({ database, clock }),
      advisoryRoutes({ database, clock, publicBase, keys: core.openPgpKeys }),
      rolloutRoutes({ database, manifests, runner: core.runner, clock }),
      deadlineRoutes({ database, clock }),
      entitlementRoutes({ database, manifests, clock }),
      memberRoutes({ database, runner: core.runner }),
      ...productBookRoutes(core),
      ...edge.operatorRoutes,
    ],
    openApi: openApiDocument([
      ...[
        productPaths,
        factsPaths,
        riskPaths,
        lawPaths,
        feedPaths,
        feedSourcePaths,
        findingPaths,
        exposurePaths,
        vexPaths,
        advisoryPaths,
        gatePaths,
        policyPaths,
        evidencePaths,
        waiverPaths,
        releasePaths,
        rolloutPaths,
        edge.openApiPaths,
      ],
      ...[bookPaths, disclosurePaths, accounts.paths, docsPaths, serverKeyPaths, productKeyPaths],
      ...[productPaths, factsPaths, riskPaths, releasePaths, rolloutPaths, edge.openApiPaths],
      ...[
        bookPaths,
        disclosurePaths,
        casePaths,
        suggestionPaths,
        deadlinePaths,
        entitlementPaths,
        accounts.paths,
        docsPaths,
        serverKeyPaths,
        productKeyPaths,
      ],
    ]),
  }
}
