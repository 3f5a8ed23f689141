CREATE TABLE patients (id bigserial PRIMARY KEY, name text);
