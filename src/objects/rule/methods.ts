import type { Rule, RuleSpec } from '../../generated/rule/types.gen.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../request/operation.js'
import { type RuleFilter, ruleRequests } from './requests.js'

/** Policy rules: what `ip rule` does. */
export interface RuleMethods {
  /**
   * Lists rules by priority.
   * @example const rules = await rt.rule.list({ family: 'inet' })
   */
  list(filter?: RuleFilter, options?: CallOptions): Promise<Rule[]>
  /**
   * Streams rules in bounded memory.
   * @example for await (const r of rt.rule.dump()) console.log(r.priority, r.table)
   */
  dump(filter?: RuleFilter, options?: CallOptions): Dump<Rule>
  /**
   * Adds a rule; rejects with EEXIST when there is the same.
   * @example await rt.rule.add({ src: '192.0.2.0/24', table: 100, priority: 1000 })
   */
  add(spec: RuleSpec, options?: CallOptions): Promise<void>
  /**
   * Adds a rule and answers with it, the priority that the kernel chose included.
   * @example const { priority } = await rt.rule.addAndGet({ fwmark: 1, table: 100 })
   */
  addAndGet(spec: RuleSpec, options?: CallOptions): Promise<Rule>
  /**
   * Deletes the first rule that matches what is given; rejects with ENOENT when none does, unless `missingOk`, and with
   * ERR_NETLINK_BAD_VALUE for what any rule matches.
   * @example await rt.rule.delete({ priority: 1000 })
   */
  delete(spec: RuleSpec, options?: DeleteOptions): Promise<void>
}

/** The blocking twin of `RuleMethods`. */
export interface BlockingRuleMethods extends Blocking<RuleMethods> {}

/** The tasks of `RuleMethods`, which both clients run. */
export const ruleMethods: MethodTable<RuleMethods> = {
  list: (filter, options) => collect(ruleRequests.dump(filter), options),
  dump: (filter, options) => stream(ruleRequests.dump(filter), options),
  add: (spec, options) => call(ruleRequests.add(spec), options),
  addAndGet: (spec, options) => call(ruleRequests.addEcho(spec), options),
  delete: (spec, options) => remove(ruleRequests.delete(spec), options, ['ENOENT', 'ESRCH']),
}
