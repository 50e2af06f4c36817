/** What the law asks about a product: each part at its own address. */
import { to } from '../../addresses.ts'
import { may } from '../../live/me.ts'
import { Parts } from '../../pieces/screen/parts.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { NotFound } from '../../shell/not-found.tsx'
import { say } from '../../words/say.tsx'
import { ComponentsPart } from './components/components-part.tsx'
import { DeclarationPart } from './documents/declaration-part.tsx'
import { DossierPart } from './documents/dossier-part.tsx'
import { InformationPart } from './documents/information-part.tsx'
import { EvidencePart } from './evidence-part.tsx'
import { FactsPart } from './facts/facts-part.tsx'
import { PARTS, type PartId, partOf } from './parts.ts'
import { DataPart } from './records/data-part.tsx'
import { StandardsPart, UpstreamPart } from './records/record-parts.tsx'
import { RequirementsPart } from './requirements/requirements-part.tsx'
import { RisksPart } from './risks-part.tsx'
import { RulesPart } from './rules/rules-part.tsx'
import { SupportPart } from './support/support-part.tsx'
import './product.css'

type PartScreen = (props: { readonly product: string }) => preact.JSX.Element

const SCREENS: Readonly<Record<PartId, PartScreen>> = {
  ...{ support: SupportPart, facts: FactsPart, risks: RisksPart, requirements: RequirementsPart },
  ...{ components: ComponentsPart, upstream: UpstreamPart, standards: StandardsPart },
  ...{ data: DataPart, information: InformationPart, evidence: EvidencePart, rules: RulesPart },
  ...{ declaration: DeclarationPart, dossier: DossierPart },
}

interface ProductScreenProps {
  readonly product?: string
  readonly part?: string
}

export function ProductScreen({ product = '', part }: ProductScreenProps) {
  const chosen = partOf(part)
  if (chosen === undefined) return <NotFound />
  const Content = SCREENS[chosen]
  return (
    <Screen title={product} about={say('product.about')}>
      <Parts
        label={say('product.parts')}
        parts={PARTS.filter(({ permission }) => may(permission, product)).map(({ id }) => ({
          name: say(`product.part_${id}`),
          href: id === 'support' ? to.product(product) : to.product(product, id),
          isHere: id === chosen,
        }))}
      />
      <Content key={`${product} ${chosen}`} product={product} />
    </Screen>
  )
}
