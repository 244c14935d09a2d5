-- Run once by the database container when its volume is empty: the owner of the tables, and the login of the application,
-- which has no right of its own. Migrations, run by the owner, do the rest.
\getenv owner_password COMITY_OWNER_PASSWORD
\getenv login_password COMITY_LOGIN_PASSWORD

CREATE ROLE comity_owner LOGIN CREATEROLE PASSWORD :'owner_password';
CREATE ROLE comity_login LOGIN NOINHERIT PASSWORD :'login_password';
CREATE DATABASE comity OWNER comity_owner;
