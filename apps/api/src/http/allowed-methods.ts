import type { FastifyInstance } from 'fastify';
import { Problem } from '@comity/kernel';

/**
 * Answers another method on an address that exists with 405 and what is taken there (RFC 9110 15.5.6), and OPTIONS with
 * 204. The addresses are public, in the description; nothing about a case is looked at. Before the routes are registered.
 */
export function answerOtherMethods(fastify: FastifyInstance): void {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set(['OPTIONS']) };
    for (const one of Array.isArray(method) ? method : [method]) route.methods.add(one);
    routes.set(url, route);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const [path = ''] = request.url.split('?', 1);
    const methods = new Set([...routes.values()].filter(({ pattern }) => pattern.test(path)).flatMap((route) => [...route.methods]));
    if (methods.size === 0 || methods.has(request.method) && request.method !== 'OPTIONS') return done();
    const allow = [...methods].sort().join(', ');
    if (request.method === 'OPTIONS') return void reply.header('allow', allow).status(204).send();
    done(new Problem({
      status: 405, code: 'route.method-not-allowed', title: 'Method not allowed', headers: { allow },
      detail: `This address does not take ${request.method}. It takes ${allow}.`,
    }));
  });
}

/** One segment for each parameter, the rest of the path for a wildcard. */
function patternOf(url: string): RegExp {
  const steps = url.split('/').map((step) => (step.startsWith(':') ? '[^/]+' : step.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')));
  return new RegExp(`^${steps.join('/')}$`);
}
