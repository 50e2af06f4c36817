/** Every operation of the operator API, as the OpenAPI document describes it: each part brings its own. */
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { accountPaths } from '../accounts/account-api.ts'
import { apiTokenPaths } from '../accounts/api-token-api.ts'
import { sessionPaths } from '../accounts/session-api.ts'
import { advisoryPaths } from '../advisories/advisory-api.ts'
import { attentionPaths } from '../attention/attention-api.ts'
import { casePaths } from '../cases/case-api.ts'
import { suggestionPaths } from '../cases/suggestion-api.ts'
import { cohortPaths } from '../devices/cohorts/cohort-api.ts'
import { devicePaths } from '../devices/device-api.ts'
import { fleetPaths } from '../devices/fleet-api.ts'
import { disclosurePaths } from '../disclosure/disclosure-api.ts'
import { dossierPaths } from '../dossier/dossier-api.ts'
import { enrolmentTokenPaths } from '../enrolment/enrolment-token-api.ts'
import { entitlementPaths } from '../entitlements/entitlement-api.ts'
import { evidencePaths } from '../evidence/evidence-api.ts'
import { exposurePaths } from '../exposure/exposure-api.ts'
import { feedPaths } from '../feeds/feed-api.ts'
import { feedSourcePaths } from '../feeds/sources/feed-source-api.ts'
import { findingPaths } from '../findings/finding-api.ts'
import { gatePaths } from '../gate/gate-api.ts'
import { policyPaths } from '../gate/policy-api.ts'
import { waiverPaths } from '../gate/waiver-api.ts'
import { lawPaths } from '../law/law-routes.ts'
import { factsPaths } from '../product-facts/facts-api.ts'
import { productPaths } from '../products/product-api.ts'
import { metadataPaths } from '../releases/metadata-api.ts'
import { releasePaths } from '../releases/release-api.ts'
import { riskPaths } from '../risks/risk-api.ts'
import { curvePaths } from '../rollouts/curve/curve-api.ts'
import { deadlinePaths } from '../rollouts/deadlines/deadline-api.ts'
import { previewPaths } from '../rollouts/preview-api.ts'
import { rolloutPaths } from '../rollouts/rollout-api.ts'
import { differencePaths } from '../sboms/difference-api.ts'
import { pathPaths } from '../sboms/path-api.ts'
import { productKeyPaths, serverKeyPaths } from '../server-keys/key-api.ts'
import { vexPaths } from '../vex/vex-api.ts'
import { bookPaths } from './book-routes.ts'
import { docsPaths } from './docs-page.ts'

/** In the order in which its page shows them: what needs somebody first, then products and what goes out. */
export const OPERATOR_PATHS: readonly ZodOpenApiPathsObject[] = [
  attentionPaths,
  productPaths,
  factsPaths,
  riskPaths,
  lawPaths,
  releasePaths,
  metadataPaths,
  differencePaths,
  rolloutPaths,
  previewPaths,
  curvePaths,
  deadlinePaths,
  entitlementPaths,
  feedPaths,
  feedSourcePaths,
  findingPaths,
  pathPaths,
  exposurePaths,
  vexPaths,
  gatePaths,
  policyPaths,
  waiverPaths,
  evidencePaths,
  casePaths,
  suggestionPaths,
  advisoryPaths,
  disclosurePaths,
  dossierPaths,
  bookPaths,
  accountPaths,
  apiTokenPaths,
  sessionPaths,
  serverKeyPaths,
  productKeyPaths,
  docsPaths,
]

/** Of a server that devices reach: one without a public address has none of these. */
export const EDGE_PATHS: readonly ZodOpenApiPathsObject[] = [
  ...[cohortPaths, devicePaths, enrolmentTokenPaths, fleetPaths],
]
