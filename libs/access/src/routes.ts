import { Injectable, RequestMethod, type INestApplicationContext, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ALLOW, type Allowed } from './allow.decorator.js';
import { isPermission, PUBLIC } from './permissions.js';

/** Nest's own keys of route metadata. */
const PATH = 'path';
const METHOD = 'method';

export interface DeclaredRoute {
  /** `RequestsController.create` */
  handler: string;
  method: string;
  /** Without global prefix and version. */
  path: string;
  /** undefined: nobody declared one. */
  permission?: string;
  accountCheck: 'guard' | 'act';
}

/** Lists every route that controllers declare, and refuses to start with one that has no permission. */
@Injectable()
export class Routes implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** Before the router is built, so that such an application never listens. */
  onModuleInit(): void {
    this.assertDeclared();
  }

  list(): DeclaredRoute[] {
    return this.discovery.getControllers().flatMap((wrapper) => {
      const controller = wrapper.metatype;
      if (!controller?.prototype) return [];
      const prototype = controller.prototype as Record<string, (...args: never[]) => unknown>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name]!;
        const path = this.reflector.get<string | string[] | undefined>(PATH, handler);
        if (path === undefined) return [];
        const allowed = this.reflector.get<Allowed | undefined>(ALLOW, handler);
        const prefix = this.reflector.get<string | string[]>(PATH, controller as never);
        return [
          {
            handler: `${controller.name}.${name}`,
            method: RequestMethod[this.reflector.get<RequestMethod>(METHOD, handler)] ?? 'GET',
            path: join(String(prefix ?? ''), String(path)),
            ...(allowed && { permission: allowed.permission }),
            accountCheck: allowed?.accountCheck ?? 'guard',
          },
        ];
      });
    });
  }

  /** @throws Error naming every route whose permission is missing or unknown */
  assertDeclared(): void {
    const open = this.list().filter(({ permission }) => permission !== PUBLIC && !isPermission(permission));
    if (open.length === 0) return;
    const names = open.map((route) => `${route.method} ${route.path} (${route.handler})`).join(', ');
    throw new Error(`routes without a permission: ${names}. Declare each with @Allow.`);
  }
}

const join = (...parts: string[]): string =>
  `/${parts
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter(Boolean)
    .join('/')}`;

/** @throws Error naming every route that declares no permission. `app.init()` asks the same. */
export function assertRoutesDeclared(app: INestApplicationContext): void {
  app.get(Routes, { strict: false }).assertDeclared();
}

/** Every route of the application with its permission, for the test that lists them. */
export function declaredRoutes(app: INestApplicationContext): DeclaredRoute[] {
  return app.get(Routes, { strict: false }).list();
}
